package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

// liveTest is a stream that was opened without a server, so that its clock can be a false one.
type liveTest struct {
	t      *testing.T
	api    *api
	out    *lockedRecorder
	cancel context.CancelFunc
}

// lockedRecorder may be read while a handler writes.
type lockedRecorder struct {
	mu sync.Mutex
	httptest.ResponseRecorder
}

func newLockedRecorder() *lockedRecorder {
	return &lockedRecorder{ResponseRecorder: *httptest.NewRecorder()}
}

func (r *lockedRecorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ResponseRecorder.Write(p)
}

// take returns what was written since the last call.
func (r *lockedRecorder) take() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.Body.Reset()
	return bytes.Clone(r.Body.Bytes())
}

func openLive(t *testing.T, query string) liveTest {
	a, err := newAPI(testConfig(), zap.NewNop())
	require.NoError(t, err)
	w := newLockedRecorder()
	return liveTest{t, a, w, serveStream(t, a, w, query)}
}

func serveStream(t *testing.T, a *api, w http.ResponseWriter, query string) context.CancelFunc {
	ctx, cancel := context.WithCancel(t.Context())
	go a.streamMessages(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/messages/stream"+query, http.NoBody))
	return cancel
}

// events returns what was sent since the last call.
func (l liveTest) events() (events []event) {
	synctest.Wait()
	stream := newEventReader(l.t, bufio.NewScanner(bytes.NewReader(l.out.take())))
	for {
		e, ok := stream.next()
		if !ok {
			return events
		}
		events = append(events, e)
	}
}

func (l liveTest) names() (names []string) {
	for _, e := range l.events() {
		names = append(names, e.name)
	}
	return names
}

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"", "?view=summary"} {
		synctest.Test(t, func(t *testing.T) {
			l := openLive(t, query)
			defer l.cancel()
			l.events()
			for range 3 {
				time.Sleep(heartbeatInterval)
				assert.Equal(t, []event{{comment: "heartbeat"}}, l.events())
			}
		})
	}
}

func TestSummaryEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := openLive(t, "?view=summary")
		defer l.cancel()
		assert.Equal(t, event{name: "messages", data: `{"messages":[],"last_seq":0,"first_seq":1,"run":"` + l.api.store.run + `"}`}, l.events()[0])

		time.Sleep(time.Hour + time.Second)
		l.events()
		accept(t, l.api.store, track("1", ""), track("2", ""))
		events := l.events()
		require.Len(t, events, 2, "both at once after a pause")
		var got summaryEvent
		require.NoError(t, json.Unmarshal([]byte(events[0].data), &got))
		records, _ := l.api.store.since(0)
		assert.Equal(t, summaryEvent{summaries(records), 2, 1, l.api.store.run}, got)
		assert.Equal(t, "2", events[0].id)
		var live liveStats
		require.NoError(t, json.Unmarshal([]byte(events[1].data), &live))
		assert.Equal(t, l.api.liveStats(), live)
		assert.Equal(t, 2, live.PerSecond.Counts[rateSeconds-1])

		time.Sleep(time.Second)
		l.api.store.reset()
		events = l.events()
		require.Len(t, events, 3)
		assert.Equal(t, event{name: "reset", data: "{}"}, events[0])
		assert.Equal(t, "stats", events[1].name)
		time.Sleep(time.Second)
		accept(t, l.api.store, track("3", ""))
		events = l.events()
		require.Len(t, events, 2)
		assert.Contains(t, events[0].data, `"last_seq":3,"first_seq":3,"run":`)
	})
}

// TestSummaryPace has 1,000 messages a second.
func TestSummaryPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := openLive(t, "?view=summary")
		defer l.cancel()
		time.Sleep(time.Second)
		l.events()
		const seconds = 5
		for i := range seconds * 1000 {
			accept(t, l.api.store, track(strconv.Itoa(i), ""))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		count, messages, stats := map[string]int{}, 0, liveStats{}
		for _, e := range l.events() {
			count[e.name]++
			if e.name == "stats" {
				require.NoError(t, json.Unmarshal([]byte(e.data), &stats))
				continue
			}
			var part summaryEvent
			require.NoError(t, json.Unmarshal([]byte(e.data), &part))
			for _, m := range part.Messages {
				messages++
				require.EqualValues(t, messages, m.Seq)
			}
			assert.Equal(t, strconv.Itoa(messages), e.id)
			assert.EqualValues(t, messages, part.LastSeq)
		}
		assert.Equal(t, seconds*1000, messages)
		assert.InDelta(t, 4*seconds, count["messages"], 2)
		assert.InDelta(t, seconds, count["stats"], 2)
		assert.Equal(t, map[string]int{"track": seconds * 1000}, stats.Messages, "the last change is told")
	})
}

func TestSummaryParts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, err := newAPI(testConfig(), zap.NewNop())
		require.NoError(t, err)
		all := make([]string, 2*summaryPart)
		for i := range all {
			all[i] = track(strconv.Itoa(i), "")
		}
		accept(t, a.store, all...)
		l := liveTest{t: t, api: a, out: newLockedRecorder()}
		l.cancel = serveStream(t, a, l.out, "?view=summary&type=page")
		defer l.cancel()
		time.Sleep(time.Minute + time.Second)
		accept(t, a.store, `{"type":"page"}`)
		var ids []string
		for _, e := range l.events() {
			if e.name == "messages" {
				ids = append(ids, e.id)
			}
		}
		assert.Equal(t, []string{"5000", "10001"}, ids, "the first one in any case, and then what the client asks for")
	})
}

func TestSummariesOfAnEarlierRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := openLive(t, "?view=summary&since=7")
		defer l.cancel()
		assert.Equal(t, []string{"reset", "messages", "stats", "records"}, l.names())
	})
}

// stuckWriter is the connection of a client that reads nothing: a write ends with its deadline.
type stuckWriter struct {
	http.ResponseWriter
	deadline time.Time
}

func (w *stuckWriter) SetWriteDeadline(t time.Time) error {
	w.deadline = t
	return nil
}

// FlushError has nothing to do: a stream that begins before there is anything to write goes on.
func (w *stuckWriter) FlushError() error { return nil }

func (w *stuckWriter) Write([]byte) (int, error) {
	time.Sleep(time.Until(w.deadline))
	return 0, os.ErrDeadlineExceeded
}

func TestClientThatReadsNothing(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"", "?view=summary"} {
		synctest.Test(t, func(t *testing.T) {
			a, err := newAPI(testConfig(), zap.NewNop())
			require.NoError(t, err)
			w := &stuckWriter{ResponseWriter: httptest.NewRecorder()}
			done := make(chan struct{})
			go func() {
				defer close(done)
				a.streamMessages(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/messages/stream"+query, http.NoBody))
			}()
			began := time.Now()
			for i := range 1000 {
				accept(t, a.store, track(strconv.Itoa(i), ""))
			}
			assert.Equal(t, began, time.Now(), "uploads do not wait")
			<-done
			assert.InDelta(t, eventTimeout, time.Since(began), float64(summaryPace), "a stream of summaries can begin with a pause")
		})
	}
}
