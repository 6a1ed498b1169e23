package exporter

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
)

func TestNothingToSend(t *testing.T) {
	t.Parallel()
	server := newSegment(t, nil)
	r := newRig(t, server.URL, nil)
	require.NoError(t, r.ConsumeLogs(t.Context(), plog.NewLogs()))
	logs := events(3, func(_ int, lr plog.LogRecord) { lr.Attributes().Remove("segment.type") })
	logs.ResourceLogs().At(0).ScopeLogs().At(0).Scope().SetName("ordinary")
	require.NoError(t, r.ConsumeLogs(t.Context(), logs))
	assert.Empty(t, server.received())
	assert.Equal(t, map[string]int64{"not_selected_records": 3}, r.counts(t))
}

func TestBadRecordsDoNotFailTheirNeighbors(t *testing.T) {
	t.Parallel()
	server := newSegment(t, nil)
	r := newRig(t, server.URL, nil)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(9, func(i int, lr plog.LogRecord) {
		switch i {
		case 1:
			lr.Attributes().Remove("user.id")
		case 3:
			lr.Attributes().PutStr("huge", strings.Repeat("x", 33_000))
		case 5:
			lr.Attributes().PutStr("segment.type", "purchase")
		case 8:
			lr.Attributes().PutStr("segment.type", "alias")
		case 7:
			lr.Attributes().PutStr("segment.traits", "{not json")
		}
	})))
	received := server.received()
	require.Len(t, received, 1)
	assert.Equal(t, []string{"m-0", "m-2", "m-4", "m-6", "m-7"}, received[0].ids)
	assert.Equal(t, map[string]int64{
		"messages page":                       5,
		"dropped_records missing_identity":    1,
		"dropped_records too_large":           1,
		"dropped_records invalid_type":        1,
		"dropped_records missing_previous_id": 1,
		"warnings unknown_attribute":          1,
	}, r.counts(t))

	lines := r.logs.FilterMessage("Dropped a record: missing_identity").All()
	require.Len(t, lines, 1)
	assert.Equal(t, map[string]any{"event": "T", "message_id": "m-1"}, lines[0].ContextMap())
}

func TestDropsAreLoggedAtALimitedRate(t *testing.T) {
	t.Parallel()
	r := newRig(t, newSegment(t, nil).URL, nil)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(500, func(_ int, lr plog.LogRecord) { lr.Attributes().Remove("user.id") })))
	assert.Equal(t, 10, r.logs.FilterMessageSnippet("Dropped a record").Len())
	assert.Equal(t, map[string]int64{"dropped_records missing_identity": 500}, r.counts(t))
}

// retrying makes a rig try again at once.
func retrying(s *Settings) {
	s.Retry = configretry.BackOffConfig{Enabled: true, InitialInterval: time.Millisecond, Multiplier: 1, MaxInterval: time.Millisecond}
}

// TestPartialResend sends three bodies of which the second fails: nothing else is sent again, and messages are the same on
// every attempt.
func TestPartialResend(t *testing.T) {
	t.Parallel()
	server := newSegment(t, answers(0, http.StatusServiceUnavailable))
	r := newRig(t, server.URL, retrying)
	const n = 2*MaxMessages + 100
	logs := events(n, func(i int, lr plog.LogRecord) {
		if i == MaxMessages+1 || i == n-1 {
			lr.Attributes().Remove("user.id")
		}
	})
	unchanged := plog.NewLogs()
	logs.CopyTo(unchanged)
	require.NoError(t, r.ConsumeLogs(t.Context(), logs))
	assert.True(t, reflect.DeepEqual(unchanged, logs), "the input is never changed")
	received := server.received()
	require.Len(t, received, 4)
	assertIDs(t, ids(0, MaxMessages), received[0].ids)
	second := slices.Concat(ids(MaxMessages, MaxMessages+1), ids(MaxMessages+2, 2*MaxMessages+1))
	assertIDs(t, second, received[1].ids)
	assert.Equal(t, messagesOf(received[1]), messagesOf(received[2]))
	assertIDs(t, ids(2*MaxMessages+1, n-1), received[3].ids)
	assert.Equal(t, map[string]int64{"messages page": n - 2, "dropped_records missing_identity": 2}, r.counts(t))
}

func messagesOf(r upload) string {
	batch, _, _ := strings.Cut(r.body, `],"sentAt"`)
	return batch
}

// TestFailedCallCountsNothing for its sender repeats all of it: what was delivered, what is no message, what has a problem.
func TestFailedCallCountsNothing(t *testing.T) {
	t.Parallel()
	server := newSegment(t, answers(0, http.StatusServiceUnavailable))
	r := newRig(t, server.URL, nil)
	logs := events(MaxMessages+10, func(i int, lr plog.LogRecord) {
		switch i {
		case 1:
			lr.Attributes().Remove("user.id")
		case 2:
			lr.Attributes().PutStr("segment.typo", "x")
		}
	})
	err := r.ConsumeLogs(t.Context(), logs)
	require.ErrorContains(t, err, "9 of 2509 messages were not delivered: segment answered 503 Service Unavailable")
	assert.False(t, consumererror.IsPermanent(err))
	assert.True(t, NotLost(err))
	assert.Empty(t, r.counts(t))
	assert.Zero(t, r.logs.FilterMessageSnippet("Dropped a record").Len())

	require.NoError(t, r.ConsumeLogs(t.Context(), logs))
	assert.Equal(t, map[string]int64{
		"messages page": MaxMessages + 9, "dropped_records missing_identity": 1, "warnings unknown_attribute": 1,
	}, r.counts(t))
}

// TestAnswersOfTheRoute are not about messages: nothing is dropped, and the status says what to look at.
func TestAnswersOfTheRoute(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 402, 404, 405, 406, 407, 415, 421, 426, 431, 451, 501, 505, 511} {
		server := newSegment(t, answers(status, status))
		r := newRig(t, server.URL, retrying)
		require.NoError(t, r.ConsumeLogs(t.Context(), events(2, nil)))
		assert.Len(t, server.received(), 3)
		assert.Equal(t, map[string]int64{"messages page": 2}, r.counts(t))
		lines := r.logs.FilterMessage("Uploads do not reach Segment's API; they are tried again until they do").All()
		require.Len(t, lines, 1, "%d", status)
		assert.Contains(t, lines[0].ContextMap()["error"], "endpoint")
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	for location, shown := range map[string]string{
		"https://elsewhere.example/v1/batch?key=" + testKey:                            "https://elsewhere.example/v1/batch",
		"https://" + url.UserPassword(testKey, "").String() + "@x.example/":            "https://x.example/",
		"https://x.example/" + url.PathEscape(testKey) + "#" + url.PathEscape(testKey): "https://x.example/[REDACTED]",
	} {
		server := newSegment(t, func(w http.ResponseWriter, _ int, _ upload) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		})
		err := newRig(t, server.URL, nil).ConsumeLogs(t.Context(), events(1, nil))
		assert.False(t, consumererror.IsPermanent(err))
		require.ErrorContains(t, err, "302 Found with Location \""+shown+"\":")
		assert.NotContains(t, err.Error(), "Secret")
		assert.Len(t, server.received(), 1)
	}
}

// TestBadRedirect has a Location that is no URL, and none.
func TestBadRedirect(t *testing.T) {
	t.Parallel()
	for _, location := range []string{"http://[" + testKey, ""} {
		server := newSegment(t, func(w http.ResponseWriter, _ int, _ upload) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusTemporaryRedirect)
		})
		err := newRig(t, server.URL, nil).ConsumeLogs(t.Context(), events(1, nil))
		assert.False(t, consumererror.IsPermanent(err))
		require.ErrorContains(t, err, `307 Temporary Redirect with Location "":`)
	}
}

func TestRejectedWith2xx(t *testing.T) {
	t.Parallel()
	server := newSegment(t, func(w http.ResponseWriter, _ int, r upload) {
		_, _ = fmt.Fprintf(w, `{"success":false,"message":"no source has the key %s"}`, r.key)
	})
	r := newRig(t, server.URL, nil)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(2, nil)))
	assert.Equal(t, map[string]int64{"dropped_records rejected": 2}, r.counts(t))
	lines := r.logs.FilterMessage("Segment answered 2xx and rejected the messages").All()
	require.Len(t, lines, 1)
	assert.Equal(t, map[string]any{"answer": "no source has the key [REDACTED]"}, lines[0].ContextMap())
}

// TestBrokenAnswers has servers that fail below HTTP: all of it is worth a retry.
func TestBrokenAnswers(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter, int, upload){
		"no answer": func(http.ResponseWriter, int, upload) { panic(http.ErrAbortHandler) },
		"cut off": func(w http.ResponseWriter, _ int, _ upload) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"success":`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"401": answers(http.StatusUnauthorized),
		"500": answers(http.StatusInternalServerError),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, newSegment(t, answer).URL, nil)
			err := r.ConsumeLogs(t.Context(), events(2, nil))
			require.Error(t, err)
			assert.False(t, consumererror.IsPermanent(err))
			require.ErrorContains(t, err, "2 of 2 messages were not delivered")
			assert.Empty(t, r.counts(t))
		})
	}
}

func TestServerAway(t *testing.T) {
	t.Parallel()
	server := newSegment(t, nil)
	server.Close()
	r := newRig(t, server.URL, nil)
	err := r.ConsumeLogs(t.Context(), events(1, nil))
	assert.True(t, NotLost(err))
	var urlError *url.Error
	assert.ErrorAs(t, err, &urlError)
}

// TestHugeAnswer is read to a limit, and is a delivery all the same.
func TestHugeAnswer(t *testing.T) {
	t.Parallel()
	server := newSegment(t, func(w http.ResponseWriter, _ int, _ upload) {
		for range 64 << 20 / (32 << 10) {
			if _, err := w.Write(make([]byte, 32<<10)); err != nil {
				return
			}
		}
	})
	r := newRig(t, server.URL, nil)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(1, nil)))
	assert.Equal(t, map[string]int64{"messages page": 1}, r.counts(t))
}

func TestConcurrentPushes(t *testing.T) {
	t.Parallel()
	server := newSegment(t, nil)
	r := newRig(t, server.URL, nil)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 5 {
				assert.NoError(t, r.ConsumeLogs(t.Context(), events(100, nil)))
			}
		})
	}
	wg.Wait()
	for _, got := range server.received() {
		assert.Equal(t, ids(0, 100), got.ids)
	}
	assert.Equal(t, map[string]int64{"messages page": 5_000}, r.counts(t))
}

// TestSentAtIsWrittenAnew compares two attempts that are an hour apart.
func TestSentAtIsWrittenAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		r := newFakeRig(t, func(body []byte) int {
			bodies = append(bodies, string(body))
			return []int{http.StatusServiceUnavailable, http.StatusOK}[len(bodies)-1]
		}, func(s *Settings) {
			s.Retry = configretry.BackOffConfig{Enabled: true, InitialInterval: time.Hour, Multiplier: 1, MaxInterval: time.Hour}
		})
		require.NoError(t, r.ConsumeLogs(t.Context(), events(3, nil)))
		require.Len(t, bodies, 2)
		assert.Contains(t, bodies[0], `"sentAt":"2000-01-01T00:00:00.000Z"`)
		assert.Equal(t, strings.Replace(bodies[0], "T00:00:00.000Z", "T01:00:00.000Z", 1), bodies[1],
			"nothing but sentAt differs")
	})
}
