package harness

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// Sandbox is a client of the API of the segment_sandbox extension.
type Sandbox struct {
	// URL has no path: it is the endpoint for uploads and tokens too.
	URL string
}

// NewSandbox starts a sandbox that outlives the collector under test. The overlays are merged over its configuration.
func NewSandbox(t *testing.T, overlays ...string) Sandbox {
	t.Helper()
	return StartSandbox(t, "localhost:"+testcollector.FreePorts(t, 1)[0], overlays...)
}

// StartSandbox is NewSandbox at a given host:port. The sandbox runs in a second collector, which has nothing else to do.
func StartSandbox(t *testing.T, address string, overlays ...string) Sandbox {
	t.Helper()
	StartCollector(t, append(overlays, `
extensions: {segment_sandbox: {endpoint: "`+address+`"}}
service: {pipelines: {logs: {exporters: [debug]}}}
`)...)
	return Sandbox{URL: "http://" + address}
}

// Received is a message in the list of the sandbox.
type Received struct {
	Seq        int64           `json:"seq"`
	Violations []any           `json:"violations"` // for which Segment would throw the message away
	Raw        json.RawMessage `json:"message"`

	Message Message `json:"-"` // Raw, decoded
}

// Message is what tests look at besides the golden files.
type Message struct {
	Type       string `json:"type"`
	Event      string `json:"event"`
	MessageID  string `json:"messageId"`
	Properties struct {
		Counter int `json:"counter"`
	} `json:"properties"`
	Context struct {
		App struct {
			Name    string `json:"name"`
			Version string `json:"version"`
		} `json:"app"`
		TraceID string `json:"traceId"`
		SpanID  string `json:"spanId"`
	} `json:"context"`
}

// Stats are the counts of the sandbox since its start. The keys of requests are status codes, those of messages are types.
type Stats struct {
	Requests             map[string]int `json:"requests"`
	TokenRequests        map[string]int `json:"token_requests"`
	Messages             map[string]int `json:"messages"`
	Duplicates           int            `json:"duplicates"`
	Violations           int            `json:"violations"`
	Evicted              int            `json:"evicted"`
	FaultsInjected       int            `json:"faults_injected"`
	LargestBodyBytes     int            `json:"largest_body_bytes"`
	LargestBatchMessages int            `json:"largest_batch_messages"`
}

// WaitFor returns what the sandbox holds as soon as it is n messages. More than that is a failure.
func (s Sandbox) WaitFor(t *testing.T, n int) []Received {
	t.Helper()
	var list []Received
	var last int64
	Eventually(t, func(t require.TestingT) {
		// Only what is new: a burst is too long a list to ask for again and again.
		text, err := Get(s.URL + "/api/messages?since=" + strconv.FormatInt(last, 10))
		require.NoError(t, err)
		var page struct {
			Messages []Received `json:"messages"`
		}
		require.NoError(t, json.Unmarshal([]byte(text), &page))
		for _, r := range page.Messages {
			require.NoError(t, json.Unmarshal(r.Raw, &r.Message))
			list = append(list, r)
			last = r.Seq
		}
		require.GreaterOrEqual(t, len(list), n, "messages in the sandbox")
	})
	require.Len(t, list, n)
	return list
}

// AssertNoViolations fails when Segment would throw one of the messages away.
func AssertNoViolations(t *testing.T, list []Received) {
	t.Helper()
	for _, r := range list {
		assert.Empty(t, r.Violations, "%s", r.Raw)
	}
}

// Violations are the texts of those that were found, each once.
func (s Sandbox) Violations(t *testing.T) []string {
	t.Helper()
	text, err := Get(s.URL + "/api/messages?violations=true")
	require.NoError(t, err)
	var page struct {
		Messages []struct {
			Violations []struct {
				Message string `json:"message"`
			} `json:"violations"`
		} `json:"messages"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &page))
	kinds := map[string]bool{}
	for _, m := range page.Messages {
		for _, v := range m.Violations {
			kinds[v.Message] = true
		}
	}
	return slices.Sorted(maps.Keys(kinds))
}

// Stats are the counts as they are now.
func (s Sandbox) Stats(t require.TestingT) Stats {
	text, err := Get(s.URL + "/api/stats")
	require.NoError(t, err)
	var result Stats
	require.NoError(t, json.Unmarshal([]byte(text), &result))
	return result
}

// Clear forgets all messages, and their ids.
func (s Sandbox) Clear(t *testing.T) {
	t.Helper()
	s.request(t, http.MethodDelete, "/api/messages", "")
}

// Inject makes the sandbox fail from now on. A fault is a JSON object as in the sandbox's README, such as
// `{"status": 503}`.
func (s Sandbox) Inject(t *testing.T, faults ...string) {
	t.Helper()
	s.request(t, http.MethodPut, "/api/faults", "["+strings.Join(faults, ",")+"]")
}

// Mend ends all faults.
func (s Sandbox) Mend(t *testing.T) {
	t.Helper()
	s.Inject(t)
}

// WaitForFaults waits until that many requests have met a fault.
func (s Sandbox) WaitForFaults(t *testing.T, atLeast int) {
	t.Helper()
	Eventually(t, func(t require.TestingT) { require.GreaterOrEqual(t, s.Stats(t).FaultsInjected, atLeast) })
}

// RevokeTokens makes the access tokens invalid that the sandbox has given out.
func (s Sandbox) RevokeTokens(t *testing.T) {
	t.Helper()
	s.request(t, http.MethodDelete, "/api/tokens", "")
}

// AcceptKeyID lets the sandbox take no assertions but those with a key id.
func (s Sandbox) AcceptKeyID(t *testing.T, keyID string) {
	t.Helper()
	s.request(t, http.MethodPut, "/api/oauth", `{"key_id": "`+keyID+`"}`)
}

func (s Sandbox) request(t *testing.T, method, path, body string) {
	t.Helper()
	_, err := request(method, s.URL+path, body)
	require.NoError(t, err)
}
