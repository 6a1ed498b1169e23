package sandbox

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.uber.org/zap"
)

// event is a server-sent event as a browser would read it, or a comment.
type event struct{ name, id, data, comment string }

// eventReader reads a stream of a sandbox.
type eventReader struct {
	t   *testing.T
	out *bufio.Scanner
}

func (s sandbox) stream(query string, headers ...string) eventReader {
	ctx, cancel := context.WithCancel(s.t.Context())
	s.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/messages/stream"+query, http.NoBody)
	require.NoError(s.t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = resp.Body.Close() })
	assert.Equal(s.t, 200, resp.StatusCode)
	assert.Equal(s.t, "text/event-stream", resp.Header.Get("Content-Type"))
	assert.Equal(s.t, "no-store", resp.Header.Get("Cache-Control"))
	return newEventReader(s.t, bufio.NewScanner(resp.Body))
}

func newEventReader(t *testing.T, out *bufio.Scanner) eventReader {
	out.Buffer(nil, 10<<20)
	return eventReader{t, out}
}

// next returns the next event, and whether there was one before the end.
func (r eventReader) next() (e event, ok bool) {
	for r.out.Scan() {
		if r.out.Text() == "" {
			return e, true
		}
		field, value, _ := strings.Cut(r.out.Text(), ": ")
		switch field {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		case "":
			e.comment = value
		default:
			require.Fail(r.t, "no field", field)
		}
	}
	return e, false
}

func (r eventReader) must() event {
	e, ok := r.next()
	require.True(r.t, ok, "the stream has ended")
	return e
}

func (r eventReader) ids(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = r.must().id
	}
	return ids
}

func TestStreamShowsWhatTheListShows(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	stream := s.stream("")
	s.do(http.MethodPost, "/v1/batch", batch(track("1", `,"a":"\n"`), "{\"type\":\r\n\"dance\"}"))
	for _, seq := range []string{"1", "2"} {
		e := stream.must()
		assert.Equal(t, seq, e.id)
		assert.Empty(t, e.name)
		_, answer, _ := s.do(http.MethodGet, "/api/messages/"+seq, "")
		assert.Equal(t, strings.NewReplacer("\r", " ", "\n", " ").Replace(strings.TrimSpace(answer)), e.data)
	}
}

func TestStreamQuery(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		query, last string
		want        []string
	}{
		{"", "", []string{"1", "2", "3", "4", "5"}},
		{"?since=3", "", []string{"4", "5"}},
		{"?since=5", "", nil},
		{"?since=2", "4", []string{"5"}},
		{"", "5", nil},
		{"?since=6", "", []string{"1", "2", "3", "4", "5"}}, // seen in an earlier run
		{"", "4711", []string{"1", "2", "3", "4", "5"}},
		{"?type=track", "", []string{"1", "3", "5"}},
		{"?q=ROME", "", []string{"3", "5"}},
		{"?violations=true", "", []string{"2", "4"}},
		{"?limit=1&type=track", "", []string{"1", "3", "5"}},
	} {
		t.Run(tt.query+" "+tt.last, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t)
			s.do(http.MethodPost, "/v1/batch", batch(
				track("1", ""), `{"type":"dance"}`, track("3", `,"city":"Rome"`), `{"type":"page","messageId":"4"}`, track("5", `,"city":"rome"`),
			))
			stream := s.stream(tt.query, "Last-Event-ID", tt.last)
			s.do(http.MethodPost, "/v1/batch", batch(`{"type":"track","city":"Rome"}`)) // matches every query
			assert.Equal(t, append(tt.want, "6"), stream.ids(len(tt.want)+1))
		})
	}
}

// TestStreamHasNoGaps connects again and again while messages arrive, in larger parts than a stream reads at a time.
func TestStreamHasNoGaps(t *testing.T) {
	t.Parallel()
	const uploads, messages = 20, 150
	s := startSandbox(t)
	var uploader sync.WaitGroup
	defer uploader.Wait()
	uploader.Go(func() {
		for n := range uploads {
			all := make([]string, messages)
			for i := range all {
				all[i] = track(fmt.Sprintf("%d-%d", n, i), "")
			}
			s.do(http.MethodPost, "/v1/batch", batch(all...))
		}
	})
	last := ""
	for want := 1; want <= uploads*messages; {
		stream := s.stream("", "Last-Event-ID", last)
		for range 500 {
			last = stream.must().id
			require.Equal(t, strconv.Itoa(want), last)
			want++
		}
	}
}

// TestStreamOutlivesTimeouts has timeouts of the server that are over long before the message arrives.
func TestStreamOutlivesTimeouts(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	cfg.ServerConfig.WriteTimeout, cfg.ServerConfig.ReadTimeout = time.Second, time.Second
	s := runSandbox(t, cfg)
	stream := s.stream("")
	for id := range 2 {
		time.Sleep(1200 * time.Millisecond)
		s.do(http.MethodPost, "/v1/batch", batch(track(strconv.Itoa(id), "")))
		assert.Equal(t, strconv.Itoa(id+1), stream.must().id)
	}
}

// TestStreamOverHTTP2 has a write timeout too, which HTTP/2 applies even while nothing is written.
func TestStreamOverHTTP2(t *testing.T) {
	t.Parallel()
	a, err := newAPI(testConfig(), zap.NewNop())
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(a.routes())
	server.EnableHTTP2 = true
	server.Config.WriteTimeout = 2 * time.Second // counts for the handshake as well
	server.StartTLS()
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/api/messages/stream", http.NoBody)
	require.NoError(t, err)
	resp, err := server.Client().Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, 2, resp.ProtoMajor)
	stream := newEventReader(t, bufio.NewScanner(resp.Body))
	for id := range 2 {
		time.Sleep(2200 * time.Millisecond)
		accept(t, a.store, track(strconv.Itoa(id), ""))
		assert.Equal(t, strconv.Itoa(id+1), stream.must().id)
	}
}

func TestShutdownEndsStreams(t *testing.T) {
	t.Parallel()
	ext := newExtension(testConfig(), componenttest.NewNopTelemetrySettings())
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	s := sandbox{t, "http://" + ext.listener.Addr().String()}
	streams := []eventReader{s.stream(""), s.stream("?view=summary&since=0")}
	assert.Equal(t, "messages", streams[1].must().name)
	assert.Equal(t, "stats", streams[1].must().name)
	assert.Equal(t, "records", streams[1].must().name)
	require.NoError(t, ext.Shutdown(t.Context()))
	for _, stream := range streams {
		_, more := stream.next()
		assert.False(t, more)
	}
}

func TestHeadOfStream(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	status, _, header := s.do(http.MethodHead, "/api/messages/stream", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "text/event-stream", header.Get("Content-Type"))
}
