package sandbox

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listing is the answer of GET /api/messages.
type listing struct {
	Messages []struct {
		storedMessage
		Message json.RawMessage `json:"message"`
	} `json:"messages"`
	LastSeq uint64 `json:"last_seq"`
}

func (l listing) seqs() []uint64 {
	seqs := []uint64{}
	for _, m := range l.Messages {
		seqs = append(seqs, m.Seq)
	}
	return seqs
}

func (s sandbox) messages(query string) (l listing) {
	status, answer, _ := s.do(http.MethodGet, "/api/messages"+query, "")
	require.Equal(s.t, 200, status, answer)
	require.NoError(s.t, json.Unmarshal([]byte(answer), &l))
	return l
}

func (s sandbox) stats() (counts stats) {
	status, answer, _ := s.do(http.MethodGet, "/api/stats", "")
	require.Equal(s.t, 200, status)
	require.NoError(s.t, json.Unmarshal([]byte(answer), &counts))
	return counts
}

// newAnswer asks the handlers without a server.
func newAnswer(t *testing.T, a *api, target string) []byte {
	w := httptest.NewRecorder()
	a.routes().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, testURL+target, http.NoBody))
	return w.Body.Bytes()
}

func TestMessagesShape(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	_, answer, header := s.do(http.MethodGet, "/api/messages", "")
	assert.JSONEq(t, `{"messages":[],"last_seq":0}`, answer)
	assert.Equal(t, "application/json", header.Get("Content-Type"))
	assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))

	raw := track("1", `, "properties": {"html": "<b>", "n": 1.10}`)
	s.do(http.MethodPost, "/v1/batch", batch(raw, "\n 7"))
	_, answer, _ = s.do(http.MethodGet, "/api/messages", "")
	at := s.messages("").Messages[0].ReceivedAt
	assert.Equal(t, `{"messages":[`+
		`{"seq":1,"received_at":"`+at+`","path":"/v1/batch","channel":"server","write_key":"demo…","source":"","attempt":1,"violations":[],"message":`+raw+`},`+
		`{"seq":2,"received_at":"`+at+`","path":"/v1/batch","channel":"server","write_key":"demo…","source":"","attempt":1,`+
		`"violations":[{"field":"batch","message":"holds a message that is not an object"}],"message":7}`+
		`],"last_seq":2}`+"\n", answer)
	_, err := time.Parse("2006-01-02T15:04:05.000Z", at)
	assert.NoError(t, err)
}

func TestMessagesQuery(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	s.do(http.MethodPost, "/v1/batch", batch(
		track("1", `,"properties":{"City":"Köln"}`),
		`{"type":"group","messageId":"2","userId":"u","groupId":"g","traits":{"city":"Rome"}}`,
		track("3", `,"properties":{"city":"rome"}`),
		`{"type":"dance","city":"K\u00f8benhavn \u0026 Malm\u00f6"}`,
	))
	for query, want := range map[string][]uint64{
		"":                         {1, 2, 3, 4},
		"?since=":                  {1, 2, 3, 4},
		"?since=0":                 {1, 2, 3, 4},
		"?since=2":                 {3, 4},
		"?since=4":                 {},
		"?since=99":                {},
		"?type=track":              {1, 3},
		"?type=Track":              {},
		"?type=unknown":            {4},
		"?q=ROME":                  {2, 3},
		"?q=K%C3%96LN":             {1},
		"?q=havn+%26+malm%C3%B6":   {4},
		"?q=%5Cu0026":              {4},
		"?q=rome&type=group":       {2},
		"?q=city&type=track":       {1, 3},
		"?q=city&since=1":          {2, 3, 4},
		"?since=18446744073709551": {},
	} {
		got := s.messages(query)
		assert.Equal(t, want, got.seqs(), query)
		assert.EqualValues(t, 4, got.LastSeq, query)
	}
	for _, query := range []string{"?since=x", "?since=-1", "?since=1.5"} {
		status, answer, _ := s.do(http.MethodGet, "/api/messages"+query, "")
		assert.Equal(t, 400, status)
		assert.Contains(t, answer, "since: must be a sequence number")
	}
}

func TestStats(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	_, answer, _ := s.do(http.MethodGet, "/api/stats", "")
	assert.JSONEq(t, `{"requests":{},"token_requests":{},"messages":{},"duplicates":0,"violations":0,"evicted":0,"faults_injected":0,"records":{"not_selected":0,"dropped":0},"bytes":0,`+
		`"largest_body_bytes":0,"largest_batch_messages":0}`, answer)

	first, large := batch(track("1", ""), track("1", ""), `{"type":"dance"}`), strings.Repeat(" ", 600_000)
	s.do(http.MethodPost, "/v1/batch", zipped(t, first), "Content-Encoding", "gzip")
	s.do(http.MethodPost, "/v1/batch", large)
	s.do(http.MethodPost, "/v1/batch", `{"batch":[1,2,3,4]}`)
	assert.Equal(t, stats{
		Requests:             map[string]int{"200": 1, "400": 1, "401": 1},
		TokenRequests:        map[string]int{},
		Messages:             map[string]int{"track": 1, "unknown": 1},
		Duplicates:           1,
		Violations:           4, // twice in a request; no id, no type, no user
		Bytes:                int64(len(first) + len(large) + 19),
		LargestBodyBytes:     600_000,
		LargestBatchMessages: 4,
	}, s.stats())
}

func TestDeleteMessages(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	s.do(http.MethodPost, "/v1/batch", batch(track("1", ""), track("2", "")))
	status, answer, _ := s.do(http.MethodDelete, "/api/messages", "")
	assert.Equal(t, 204, status)
	assert.Empty(t, answer)
	assert.Equal(t, stats{Requests: map[string]int{}, TokenRequests: map[string]int{}, Messages: map[string]int{}}, s.stats())
	assert.EqualValues(t, 2, s.messages("").LastSeq)

	s.do(http.MethodPost, "/v1/batch", batch(track("1", "")))
	got := s.messages("")
	assert.Equal(t, []uint64{3}, got.seqs())
	assert.Equal(t, 1, got.Messages[0].Attempt)
	assert.Zero(t, s.stats().Duplicates)
}
