package sandbox

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sentAt = `"sentAt":"2026-11-23T16:00:00.000Z"`

func track(id, rest string) string {
	return `{"type":"track","messageId":"` + id + `","userId":"u","event":"Bought"` + rest + `}`
}

func batch(messages ...string) string {
	return `{"batch":[` + strings.Join(messages, ",") + `],` + sentAt + `,"writeKey":"demo-write-key"}`
}

func basic(key string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(key+":"))
}

func zipped(tb testing.TB, body string) string {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, err := w.Write([]byte(body))
	require.NoError(tb, err)
	require.NoError(tb, w.Close())
	return buf.String()
}

func TestUploadAnswers(t *testing.T) {
	t.Parallel()
	const noKey = `{"batch":[{"type":"track"}]}`
	padded := func(size int) string { // a message of that size
		return track("id", fmt.Sprintf(`,"properties":{"a":%q}`, strings.Repeat("x", size-len(track("id", `,"properties":{"a":""}`)))))
	}
	spaces := func(size int) string { return batch() + strings.Repeat(" ", size-len(batch())) }
	for _, tt := range []struct {
		name, path, body string
		headers          []string
		status           int
		code             string
	}{
		{"body key", "/v1/batch", batch(track("1", "")), nil, 200, ""},
		{"basic key", "/v1/batch", noKey, []string{"Authorization", basic("key-one")}, 200, ""},
		{"basic and body key", "/v1/batch", batch(track("1", "")), []string{"Authorization", basic("key-one")}, 200, ""},
		{"basic key without a colon", "/v1/batch", noKey, []string{"Authorization", "Basic a2V5LW9uZQ=="}, 200, ""},
		{"query key", "/v1/batch?writeKey=key-one", noKey, nil, 200, ""},
		{"body key last", "/v1/batch", `{"batch":[{"type":"track"}],"writeKey":"key-one"}`, nil, 200, ""},
		{"key after an empty one", "/v1/batch?writeKey=key-one", `{"batch":[],"writeKey":""}`, []string{"Authorization", basic("")}, 200, ""},
		{"text/plain", "/v1/batch", batch(track("1", "")), []string{"Content-Type", "text/plain"}, 200, ""},
		{"bearer and body key", "/v1/batch", batch(track("1", "")), []string{"Authorization", "Bearer token"}, 200, ""},
		{"import", "/v1/import", batch(track("1", "")), nil, 200, ""},
		{"gzip", "/v1/batch", zipped(t, batch(track("1", ""))), []string{"Content-Encoding", "gzip"}, 200, ""},
		{"single", "/v1/track", track("1", `,"writeKey":"key-one"`), nil, 200, ""},
		{"largest message", "/v1/batch", batch(padded(maxMessageBytes)), nil, 200, ""},
		{"largest body", "/v1/batch", spaces(maxBodyBytes), nil, 200, ""},
		{"unread invalid message", "/v1/batch", batch(`7`, `null`, `[]`), nil, 200, ""},

		{"no key", "/v1/batch", noKey, nil, 401, "missing_write_key"},
		{"bearer without key", "/v1/batch", noKey, []string{"Authorization", "Bearer token"}, 401, "missing_write_key"},
		{"unknown body key", "/v1/batch", `{"batch":[],"writeKey":"other"}`, nil, 401, "unknown_write_key"},
		{"unknown single key", "/v1/track", track("1", `,"writeKey":"other"`), nil, 401, "unknown_write_key"},
		{"unknown basic key", "/v1/batch", noKey, []string{"Authorization", basic("other")}, 401, "unknown_write_key"},
		{"unknown basic, known body key", "/v1/batch", batch(), []string{"Authorization", basic("other")}, 401, "unknown_write_key"},
		{"known basic, unknown query key", "/v1/batch?writeKey=other", noKey, []string{"Authorization", basic("key-one")}, 401, "unknown_write_key"},
		{"basic is no Base64", "/v1/batch", noKey, []string{"Authorization", "Basic key-one"}, 401, "missing_write_key"},
		{"key of a message does not count", "/v1/batch", `{"batch":[{"writeKey":"key-one"}]}`, nil, 401, "missing_write_key"},

		{"empty", "/v1/batch", "", nil, 400, "invalid_json"},
		{"cut off", "/v1/batch", batch(track("1", ""))[:50], nil, 400, "invalid_json"},
		{"not an object", "/v1/batch", `[]`, nil, 400, "invalid_json"},
		{"single not an object", "/v1/track", `[{}]`, nil, 400, "invalid_json"},
		{"no batch", "/v1/batch", `{"writeKey":"key-one"}`, nil, 400, "invalid_json"},
		{"batch not an array", "/v1/batch", `{"batch":{},"writeKey":"key-one"}`, nil, 400, "invalid_json"},
		{"two values", "/v1/batch", batch() + `{}`, nil, 400, "invalid_json"},
		{"trailing comma", "/v1/batch", `{"batch":[{},],"writeKey":"key-one"}`, nil, 400, "invalid_json"},
		{"not UTF-8", "/v1/batch", batch(track("\xff", "")), nil, 400, "invalid_json"},
		{"too deep", "/v1/batch", batch(strings.Repeat("[", 100_000)), nil, 400, "invalid_json"},
		{"message too large", "/v1/batch", batch(padded(maxMessageBytes + 1)), nil, 400, "message_too_large"},
		{"single message too large", "/v1/track", padded(maxMessageBytes + 1), []string{"Authorization", basic("key-one")}, 400, "message_too_large"},
		{"body too large", "/v1/batch", spaces(maxBodyBytes + 1), nil, 400, "body_too_large"},
		{"not gzip", "/v1/batch", batch(), []string{"Content-Encoding", "gzip"}, 400, "invalid_encoding"},
		{"unknown encoding", "/v1/batch", batch(), []string{"Content-Encoding", "br"}, 400, "invalid_encoding"},
		{"gzip cut off", "/v1/batch", zipped(t, batch())[:30], []string{"Content-Encoding", "gzip"}, 400, "unreadable_body"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, "key-one", "demo-write-key")
			status, answer, header := s.do(http.MethodPost, tt.path, tt.body, tt.headers...)
			assert.Equal(t, tt.status, status, answer)
			assert.Equal(t, "application/json", header.Get("Content-Type"))
			assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
			if tt.code == "" {
				assert.JSONEq(t, `{"success":true}`, answer)
			} else {
				var refused refusalBody
				require.NoError(t, json.Unmarshal([]byte(answer), &refused))
				assert.False(t, refused.Success)
				assert.Equal(t, tt.code, refused.Code)
				assert.NotEmpty(t, refused.Message)
				assert.Equal(t, refused.Code, refused.Error.Code)
				assert.Equal(t, refused.Message, refused.Error.Message)
				assert.Empty(t, s.messages("").Messages)
			}
			assert.Equal(t, map[string]int{strconv.Itoa(tt.status): 1}, s.stats().Requests)
		})
	}
}

func TestAnyKeyIsAcceptedByDefault(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	status, _, _ := s.do(http.MethodPost, "/v1/batch", batch(track("1", "")))
	assert.Equal(t, 200, status)
	status, _, _ = s.do(http.MethodPost, "/v1/track", track("1", ""))
	assert.Equal(t, 401, status)
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	for path, method := range map[string]string{
		"/v1/batch": "GET", "/v1/alias": "PUT", "/api/messages": "POST", "/api/stats": "DELETE",
	} {
		status, answer, header := s.do(method, path, "")
		assert.Equal(t, 405, status, path)
		assert.Contains(t, answer, "method_not_allowed")
		assert.NotEmpty(t, header.Get("Allow"))
	}
	assert.Empty(t, s.stats().Requests)
}

func TestGzipBombIsCutOff(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	status, answer, _ := s.do(http.MethodPost, "/v1/batch", zipped(t, strings.Repeat(" ", 21<<20)), "Content-Encoding", "gzip")
	assert.Equal(t, 400, status)
	assert.Contains(t, answer, "body_too_large")
	assert.EqualValues(t, 20<<20, s.stats().LargestBodyBytes) // max_request_body_size
}

func TestWriteKeyIsNeverShown(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	// The second name is the first one, written in another way.
	s.do(http.MethodPost, "/v1/track", track("1", `, "writeKey" : "secret-write-key", "write\u004bey":"secret-write-key" `))
	s.do(http.MethodPost, "/v1/batch", batch(track("2", `,"writeKey":"secret-write-key","properties":{"writeKey":1}`)), "Authorization", basic("secret-write-key"))
	s.do(http.MethodPost, "/v1/track", track("3", `,"writeKey":"12345678"`))
	_, answer, _ := s.do(http.MethodGet, "/api/messages", "")
	assert.NotContains(t, answer, "secret-w")
	assert.NotContains(t, answer, "12345678")
	got := s.messages("")
	require.Len(t, got.Messages, 3)
	assert.Equal(t, "secr…", got.Messages[0].WriteKey)
	assert.Equal(t, "secr…", got.Messages[1].WriteKey)
	assert.Equal(t, "…", got.Messages[2].WriteKey)
	assert.Equal(t, track("1", `, "writeKey" : "secr…", "write\u004bey":"secr…" `), string(got.Messages[0].Message))
	assert.Equal(t, track("2", `,"writeKey":"secr…","properties":{"writeKey":1}`), string(got.Messages[1].Message))
}

func TestConcurrentUploads(t *testing.T) {
	t.Parallel()
	const clients, uploads = 8, 20
	s := startSandbox(t)
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for n := range uploads {
				own := track(fmt.Sprintf("%d-%d", client, n), "")
				status, _, _ := s.do(http.MethodPost, "/v1/batch", batch(own, track(fmt.Sprintf("shared-%d", n), "")))
				assert.Equal(t, 200, status)
				s.do(http.MethodGet, "/api/messages", "")
			}
		})
	}
	wg.Wait()
	stats := s.stats()
	assert.Equal(t, map[string]int{"track": clients*uploads + uploads}, stats.Messages)
	assert.Equal(t, (clients-1)*uploads, stats.Duplicates)
	assert.Zero(t, stats.Violations)
	for i, m := range s.messages("").Messages {
		assert.EqualValues(t, i+1, m.Seq)
	}
}

func FuzzUpload(f *testing.F) {
	f.Add("/v1/batch", []byte(batch(track("1", `,"properties":{"a":[1,{"b":null}]}`))))
	f.Add("/v1/track", []byte(track("1", `,"writeKey":"k","timestamp":"2026-11-23T1:00"`)))
	f.Add("/v1/batch", []byte(`{"batch":[{"a":{"b":1,"b":2},"writeKey":"x","writeKey":"y"},],"batch":[1e999]}`))
	f.Add("/b/", []byte(`{"context":{"a":{},"b":"}"},"batch":[{"context":{"b":1} },7],"integrations":{"All":false}}`))
	f.Fuzz(func(t *testing.T, path string, body []byte) {
		u := newUpload(path)
		u.size = int64(len(body))
		if _, err := u.parse(body); err != nil {
			return
		}
		require.True(t, json.Valid(body), "accepted what is no JSON")
		s := newStore(10, 1000)
		s.accept(u, "200")
		s.accept(u, "200")
		a := &api{store: s}
		answer := newAnswer(t, a, "/api/messages")
		require.True(t, json.Valid(answer), "%s", answer)
	})
}

// TestBodiesAreNotHeld has violations in bodies that are large and messages that are small: only the latter stay.
func TestBodiesAreNotHeld(t *testing.T) {
	s := startSandbox(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 100 {
		s.do(http.MethodPost, "/v1/batch", `{"padding":"`+strings.Repeat("x", 400_000)+`","writeKey":"k","sentAt":1,"sentAt":2,"batch":[`+track(strconv.Itoa(i), "")+`]}`)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Less(t, after.HeapAlloc, before.HeapAlloc+20<<20)
	require.NotEmpty(t, s.messages("").Messages)
}
