package sandbox

import (
	"bytes"
	"compress/zlib"
	"io"
	"net/http"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestContentEncoding has a body in each encoding that the server takes and clients of a Collector may choose.
func TestContentEncoding(t *testing.T) {
	t.Parallel()
	with := func(newWriter func(io.Writer) io.WriteCloser) func(string) string {
		return func(body string) string {
			var buf bytes.Buffer
			w := newWriter(&buf)
			_, err := w.Write([]byte(body))
			require.NoError(t, err)
			require.NoError(t, w.Close())
			return buf.String()
		}
	}
	deflated := with(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	for encoding, compress := range map[string]func(string) string{
		"":        func(body string) string { return body },
		"gzip":    func(body string) string { return zipped(t, body) },
		"zlib":    deflated,
		"deflate": deflated,
		"snappy":  func(body string) string { return string(snappy.Encode(nil, []byte(body))) },
		"zstd": with(func(w io.Writer) io.WriteCloser {
			encoder, err := zstd.NewWriter(w)
			require.NoError(t, err)
			return encoder
		}),
	} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t)
			want := []violation{}
			if encoding != "" && encoding != "gzip" {
				want = []violation{{"Content-Encoding", encoding + ": Segment takes gzip only"}}
			}
			for i, upload := range []struct{ path, body string }{
				{"/v1/batch", batch(track("1", ""), track("2", ""))},
				{"/v1/track", track("3", `,"writeKey":"demo-write-key"`)},
			} {
				status, answer, _ := s.do(http.MethodPost, upload.path, compress(upload.body), "Content-Encoding", encoding)
				require.Equal(t, 200, status, answer)
				assert.Equal(t, (i+1)*len(want), s.stats().Violations)
			}
			got := s.messages("").Messages
			require.Len(t, got, 3)
			assert.Equal(t, want, got[0].Violations, "once in a batch")
			assert.Empty(t, got[1].Violations)
			assert.Equal(t, want, got[2].Violations)
		})
	}
}
