package exporter

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/pdata/plog"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	for name, compression := range map[string]configcompression.Type{"gzip": "gzip", "zstd": "zstd", "": ""} {
		t.Run("compression="+name, func(t *testing.T) {
			t.Parallel()
			server := newSegment(t, nil)
			r := newRig(t, server.URL+"/proxy/segment/", func(s *Settings) { s.Client.Compression = compression })
			before := time.Now().Add(-time.Second)
			require.NoError(t, r.ConsumeLogs(t.Context(), events(2, nil)))

			received := server.received()
			require.Len(t, received, 1)
			got := received[0]
			assert.Equal(t, "/proxy/segment/v1/batch", got.path)
			assert.Equal(t, "application/json", got.header.Get("Content-Type"))
			assert.Equal(t, name, got.header.Get("Content-Encoding"))
			assert.Equal(t, "Basic "+base64.StdEncoding.EncodeToString([]byte(testKey+":")), got.header.Get("Authorization"))
			assert.Regexp(t, `^otelcol-segmentexporter/\d+\.\d+\.\d+ \(\w+/\w+\)$`, got.header.Get("User-Agent"))
			assert.Equal(t, testKey, got.key)
			assert.Equal(t, ids(0, 2), got.ids)
			sentAt, err := time.Parse("2006-01-02T15:04:05.000Z", got.sentAt)
			require.NoError(t, err)
			assert.WithinRange(t, sentAt, before, time.Now().Add(time.Second))
			assert.Equal(t, map[string]int64{"messages page": 2}, r.counts(t))
		})
	}
}

// TestCompressionLevelZero is the default level of gzip, as in the HTTP client, and not none.
func TestCompressionLevelZero(t *testing.T) {
	t.Parallel()
	server := newSegment(t, nil)
	r := newRig(t, server.URL, func(s *Settings) { s.Client.CompressionParams.Level = 0 })
	require.NoError(t, r.ConsumeLogs(t.Context(), events(100, nil)))
	got := server.received()[0]
	length, err := strconv.Atoi(got.header.Get("Content-Length"))
	require.NoError(t, err)
	assert.Less(t, length, len(got.body)/5)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ records, padding int }{
		"many small messages": {6_000, 0},
		"large messages":      {40, 30_000},
		"both":                {3_500, 170},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newSegment(t, nil)
			r := newRig(t, server.URL, nil)
			require.NoError(t, r.ConsumeLogs(t.Context(), events(c.records, func(_ int, lr plog.LogRecord) {
				lr.Attributes().PutStr("padding", strings.Repeat("x", c.padding))
			})))
			var all []string
			for i, got := range server.received() {
				assert.LessOrEqual(t, len(got.body), MaxBodyBytes)
				assert.LessOrEqual(t, len(got.ids), MaxMessages)
				if i > 0 {
					previous := server.received()[i-1]
					next := len(got.body) / len(got.ids)
					assert.True(t, len(previous.ids) == MaxMessages || len(previous.body)+2*next > MaxBodyBytes,
						"a body is filled before the next one is begun")
				}
				all = append(all, got.ids...)
			}
			assertIDs(t, ids(0, c.records), all)
			assert.Equal(t, map[string]int64{"messages page": int64(c.records)}, r.counts(t))
		})
	}
}

// TestBodyAtTheLimit fills a body to the last byte.
func TestBodyAtTheLimit(t *testing.T) {
	t.Parallel()
	suffix := newSuffix(testKey)
	for _, over := range []int{0, 1} {
		var list []string
		for range 14 {
			list = append(list, strings.Repeat("1", 32_768))
		}
		rest := MaxBodyBytes - newTestRequest(suffix, list...).BytesSize() - len(",")
		r := newTestRequest(suffix, append(list, strings.Repeat("1", rest+over))...)
		assert.Len(t, r.cut(bodyLimits), 1+over)
		w, err := newBodyWriter(noCompression)
		require.NoError(t, err)
		body := w.write(r.bytes(), time.Now(), suffix)
		assert.Equal(t, MaxBodyBytes+over, body.Len())
		assert.Equal(t, body.Len(), r.BytesSize())
	}
}

// TestBodyIsNotOverwritten keeps the memory of a body until the transport is done with it.
func TestBodyIsNotOverwritten(t *testing.T) {
	t.Parallel()
	w, err := newBodyWriter(noCompression)
	require.NoError(t, err)
	first := w.write([]byte("1"), time.Now(), nil)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
	first.attach(req)
	again, err := req.GetBody()
	require.NoError(t, err)

	second := w.write([]byte("1"), time.Now(), nil)
	assert.NotSame(t, first, second)
	data, err := io.ReadAll(req.Body)
	require.NoError(t, err)
	assert.Len(t, data, int(req.ContentLength))
	require.NoError(t, req.Body.Close())
	require.NoError(t, req.Body.Close())
	_, err = req.Body.Read(data)
	require.ErrorIs(t, err, http.ErrBodyReadAfterClose)
	assert.EqualValues(t, 1, first.readers.Load())
	require.NoError(t, again.Close())
	assert.Zero(t, first.readers.Load())

	third := w.write([]byte("1"), time.Now(), nil)
	assert.Same(t, second, third)
}

// TestHugeRecordsLeaveNoMemoryBehind looks at what goes back to the pool after a record far over the limits.
func TestHugeRecordsLeaveNoMemoryBehind(t *testing.T) {
	t.Parallel()
	r := newRig(t, newSegment(t, nil).URL, nil)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(1, func(_ int, lr plog.LogRecord) {
		lr.Attributes().PutStr("huge", strings.Repeat("\x01", 1<<20))
	})))
	size := 0
	pooled := translations.Get().(*translation)
	for _, p := range pooled.parts[:cap(pooled.parts)] {
		size += cap(p.data)
	}
	assert.LessOrEqual(t, size, 4*MaxBodyBytes)
}
