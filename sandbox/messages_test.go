package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMessagesFilters(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	s.do(http.MethodPost, "/v1/batch", batch(
		track("1", ""), `{"type":"dance"}`, track("3", ""), `{"type":"page","messageId":"4"}`, track("5", ""),
	))
	for query, want := range map[string][]uint64{
		"?violations=":               {1, 2, 3, 4, 5},
		"?violations=false":          {1, 2, 3, 4, 5},
		"?violations=true":           {2, 4},
		"?violations=true&since=2":   {4},
		"?violations=true&type=page": {4},
		"?limit=":                    {1, 2, 3, 4, 5},
		"?limit=2":                   {4, 5},
		"?limit=9":                   {1, 2, 3, 4, 5},
		"?limit=2&type=track":        {3, 5},
		"?limit=2&since=4":           {5},
		"?limit=1&violations=true":   {4},
	} {
		assert.Equal(t, want, s.messages(query).seqs(), query)
	}
	for query, want := range map[string]string{
		"?violations=1":  "violations: must be true or false",
		"?view=full":     "view: must be summary",
		"?limit=0":       "limit: must be a number of 1 or more",
		"?limit=-1":      "limit: must be a number of 1 or more",
		"?limit=all":     "limit: must be a number of 1 or more",
		"?since=x&view=": "since: must be a sequence number",
	} {
		for _, path := range []string{"/api/messages", "/api/messages/stream"} {
			status, answer, _ := s.do(http.MethodGet, path+query, "")
			assert.Equal(t, 400, status)
			assert.Contains(t, answer, want)
		}
	}
}

func TestOneMessage(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	cfg.MaxMessages = 2
	s := runSandbox(t, cfg)
	s.do(http.MethodPost, "/v1/batch", batch(track("1", ""), track("2", ""), "\n"+track("3", `, "a":1.0`)))
	_, list, _ := s.do(http.MethodGet, "/api/messages?since=2", "")
	status, answer, header := s.do(http.MethodGet, "/api/messages/3", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "application/json", header.Get("Content-Type"))
	assert.Equal(t, list, `{"messages":[`+strings.TrimSpace(answer)+`],"last_seq":3}`+"\n")

	for _, seq := range []string{"0", "1", "4", "18446744073709551615", "18446744073709551616", "-1", "x", "3/4"} {
		status, answer, header := s.do(http.MethodGet, "/api/messages/"+seq, "")
		assert.Equal(t, 404, status, seq)
		assert.Equal(t, "application/json", header.Get("Content-Type"))
		assert.Contains(t, answer, `"success":false`)
	}
	s.do(http.MethodDelete, "/api/messages", "")
	status, _, _ = s.do(http.MethodGet, "/api/messages/3", "")
	assert.Equal(t, 404, status)
}

func TestSummaries(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 300)
	for _, tt := range []struct{ message, typ, name, user string }{
		{`{"type":"track","event":"Bought","userId":"u","anonymousId":"a"}`, "track", "Bought", "u"},
		{`{"type":"page","name":"Home","anonymousId":"a"}`, "page", "Home", "a"},
		{`{"type":"screen","userId":null,"anonymousId":"a"}`, "screen", "", "a"},
		{`{"type":"group","groupId":"g","userId":"u"}`, "group", "g", "u"},
		{`{"type":"alias","previousId":"p","userId":"u"}`, "alias", "p", "u"},
		{`{"type":"identify","userId":"u"}`, "identify", "", "u"},
		{`{"type":"track","event":"<b>\u00e9\"","userId":""}`, "track", `<b>é"`, ""},
		{`{"type":"track","event":7,"userId":["u"]}`, "track", "", ""},
		{`{"type":"track","event":"` + long + `","userId":"` + long + `"}`, "track", long[:maxFieldBytes] + "…", long[:maxFieldBytes] + "…"},
		{`7`, "unknown", "", ""},
	} {
		s := newStore(10, maxStoredBytes)
		accept(t, s, tt.message)
		a := &api{store: s}
		var list struct {
			Messages []map[string]any `json:"messages"`
			LastSeq  uint64           `json:"last_seq"`
		}
		require.NoError(t, json.Unmarshal(newAnswer(t, a, "/api/messages?view=summary"), &list))
		records, _ := s.since(0)
		assert.EqualValues(t, 1, list.LastSeq)
		assert.Equal(t, []map[string]any{{
			"seq": 1.0, "received_at": formatTime(records[0].receivedAt), "path": "/v1/batch", "channel": "server", "write_key": "", "source": "", "attempt": 1.0,
			"type": tt.typ, "name": tt.name, "user": tt.user, "size": float64(len(tt.message)),
			"violations": float64(len(records[0].violations)),
		}}, list.Messages, tt.message)
	}
}

// TestSummariesCountAsBytes has messages that are all name: with their names they take twice the room.
func TestSummariesCountAsBytes(t *testing.T) {
	t.Parallel()
	s := newStore(1000, 10_000)
	for i := range 100 {
		accept(t, s, fmt.Sprintf(`{"event":"%0200d"}`, i))
	}
	records, _ := s.since(0)
	assert.LessOrEqual(t, len(records), 10_000/400)
	for _, r := range records {
		s.bytes -= len(r.raw) + len(r.name) + len(r.user)
	}
	assert.Zero(t, s.bytes)
}
