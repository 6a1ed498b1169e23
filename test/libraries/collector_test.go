package libraries

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// collector is the built collector with testdata/collector.yaml.
type collector struct {
	*testcollector.Process

	receiverURL, sandboxURL, metricsURL string
}

// startCollector returns when the collector is ready. The overlays are YAML that is merged over its configuration.
func startCollector(t *testing.T, overlays ...string) collector {
	t.Helper()
	args := []string{"--config", filepath.Join("testdata", "collector.yaml")}
	for _, overlay := range overlays {
		args = append(args, "--config", "yaml:"+overlay)
	}
	p := testcollector.Start(t, []string{"RECEIVER_PORT", "SANDBOX_PORT", "METRICS_PORT"}, args...)
	return collector{
		Process:     p,
		receiverURL: "http://localhost:" + p.Ports[0],
		sandboxURL:  "http://localhost:" + p.Ports[1],
		metricsURL:  "http://localhost:" + p.Ports[2] + "/metrics",
	}
}

// half stands for half of a character.
const half = "<half of a character>"

// arrived is a message in the list of the sandbox.
type arrived struct {
	Channel    string         `json:"channel"`
	Source     string         `json:"source"`
	Violations []any          `json:"violations"`
	Message    map[string]any `json:"message"`
}

// name is that of the call, which drivers add to the context.
func (a arrived) name() string {
	context, _ := a.Message["context"].(map[string]any)
	name, _ := context["call"].(string)
	return name
}

// clear forgets the messages and their ids, so that the next run can send the same id without being a duplicate.
func (c collector) clear(t *testing.T) {
	t.Helper()
	request(t, http.MethodDelete, c.sandboxURL+"/api/messages", "")
}

// messages waits until the sandbox holds n messages, and returns them by their names.
func (c collector) messages(t *testing.T, n int) map[string]arrived {
	t.Helper()
	var page struct {
		Messages []arrived `json:"messages"`
	}
	require.EventuallyWithT(t, func(collect *assert.CollectT) {
		text := string(request(t, http.MethodGet, c.sandboxURL+"/api/messages", ""))
		// Go would read half of a character as another one, and hide that it was changed.
		text = strings.ReplaceAll(text, `\ud800`, half)
		// Numbers are kept as text, because a float64 cannot hold all of those beyond 2^53.
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		page.Messages = nil
		require.NoError(collect, decoder.Decode(&page))
		require.GreaterOrEqual(collect, len(page.Messages), n)
	}, waitTimeout, tick)
	list := map[string]arrived{}
	for _, a := range page.Messages {
		assert.NotContains(t, list, a.name(), "it arrived twice")
		list[a.name()] = a
	}
	assert.Len(t, list, n)
	return list
}

// request returns the body of an answer, which must have a 2xx status.
func request(t *testing.T, method, url, body string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewBufferString(body))
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, 2, resp.StatusCode/100, "%s %s: %s: %s", method, url, resp.Status, answer)
	return answer
}
