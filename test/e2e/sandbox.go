package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sandbox is a client of the API of the segment_sandbox extension.
type sandbox struct {
	url string
}

type received struct {
	Seq        int64           `json:"seq"`
	Violations []any           `json:"violations"`
	Raw        json.RawMessage `json:"message"`

	message message
}

// message is what the tests look at besides the golden files.
type message struct {
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

type stats struct {
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

// waitFor returns what the sandbox holds as soon as it is n messages. More than that is a failure.
func (s sandbox) waitFor(t *testing.T, n int) []received {
	t.Helper()
	var list []received
	var last int64
	eventually(t, func(t require.TestingT) {
		// Only what is new: a burst is too long a list to ask for again and again.
		text, err := get(s.url + "/api/messages?since=" + strconv.FormatInt(last, 10))
		require.NoError(t, err)
		var page struct {
			Messages []received `json:"messages"`
		}
		require.NoError(t, json.Unmarshal([]byte(text), &page))
		for _, r := range page.Messages {
			require.NoError(t, json.Unmarshal(r.Raw, &r.message))
			list = append(list, r)
			last = r.Seq
		}
		require.GreaterOrEqual(t, len(list), n, "messages in the sandbox")
	})
	require.Len(t, list, n)
	return list
}

// violations are the kinds that were found, in words.
func (s sandbox) violations(t *testing.T) []string {
	t.Helper()
	text, err := get(s.url + "/api/messages?violations=true")
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

func (s sandbox) stats(t require.TestingT) stats {
	text, err := get(s.url + "/api/stats")
	require.NoError(t, err)
	var result stats
	require.NoError(t, json.Unmarshal([]byte(text), &result))
	return result
}

// inject makes it fail: faults is one fault or more, as in its README.
func (s sandbox) inject(t *testing.T, faults ...string) {
	t.Helper()
	_, err := request(http.MethodPut, s.url+"/api/faults", "["+strings.Join(faults, ",")+"]")
	require.NoError(t, err)
}

// mend ends all faults.
func (s sandbox) mend(t *testing.T) {
	t.Helper()
	s.inject(t)
}

// waitForFaults waits until requests have met a fault.
func (s sandbox) waitForFaults(t *testing.T, atLeast int) {
	t.Helper()
	eventually(t, func(t require.TestingT) { require.GreaterOrEqual(t, s.stats(t).FaultsInjected, atLeast) })
}

func (s sandbox) clear(t *testing.T) {
	t.Helper()
	_, err := request(http.MethodDelete, s.url+"/api/messages", "")
	require.NoError(t, err)
}

func assertNoViolations(t *testing.T, list []received) {
	t.Helper()
	for _, r := range list {
		assert.Empty(t, r.Violations, "%s", r.Raw)
	}
}

func get(url string) (string, error) {
	return request(http.MethodGet, url, "")
}

func request(method, url, body string) (string, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	return do(req)
}

func do(req *http.Request) (string, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	if resp.StatusCode/100 != 2 {
		return "", fmt.Errorf("%s %s: %s: %s", req.Method, req.URL, resp.Status, body)
	}
	return string(body), nil
}

func eventually(t *testing.T, condition func(require.TestingT)) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) { condition(c) }, waitTimeout, tick)
}
