package e2e

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestGatewaySample runs config/gateway.yaml on ports of this machine, and sends it what Segment's own libraries have sent. The
// messages that leave it are the same.
func TestGatewaySample(t *testing.T) {
	t.Parallel()
	sample, err := os.ReadFile("../../config/gateway.yaml")
	require.NoError(t, err)
	cert, key, pool := harness.NewCertificate(t)
	port := testcollector.FreePorts(t, 1)[0]
	segment := harness.NewSandbox(t, `extensions: {segment_sandbox: {sources: {web: {write_key: gateway-web}, ios: {write_key: gateway-ios}}}}`)
	c := harness.StartCollector(t, harness.WithoutSandbox,
		strings.NewReplacer(
			"${env:QUEUE_DIRECTORY}", filepath.Join(t.TempDir(), "queue"), "${env:TLS_CERT}", cert, "${env:TLS_KEY}", key,
			"${env:WEB_KEY}", "gateway-web", "${env:IOS_KEY}", "gateway-ios", "${env:API_HOST}", "localhost:"+port+"/v1",
		).Replace(string(sample)),
		harness.UploadTo(segment.URL), `
receivers: {segment: {endpoint: "localhost:`+port+`", clock_skew: off, settings: {upstream: "`+segment.URL+`"}}}
`)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	defer client.CloseIdleConnections()
	url := "https://localhost:" + port

	// It first asks for the settings, as phones do.
	resp, err := client.Get(url + "/v1/projects/gateway-ios/settings") //nolint:noctx // of a test
	require.NoError(t, err)
	settings, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode, "%s", settings)
	assert.Contains(t, string(settings), `"apiHost":"localhost:`+port+`/v1"`)

	sent, n := map[string]any{}, 0
	for _, name := range []string{"analytics-python-2.4.0", "analytics-node-3.1.0", "analytics-java-3.5.4", "analytics-next-1.84.3-track"} {
		request := capturedRequest(t, name)
		messages := messagesOf(t, request.body)
		n += len(messages)
		maps.Copy(sent, messages)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+request.path, bytes.NewReader(request.body))
		require.NoError(t, err)
		req.SetBasicAuth("gateway-web", "")
		resp, err := client.Do(req)
		require.NoError(t, err)
		answer, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode, "%s", answer)
		require.JSONEq(t, `{"success":true}`, string(answer))
	}

	arrived := map[string]any{}
	for _, r := range segment.WaitFor(t, len(sent)) {
		arrived[r.Message.MessageID] = normalized(t, r.Raw)
	}
	// The libraries were given the same id for one message.
	delete(sent, "my-id-1")
	delete(arrived, "my-id-1")
	assert.Equal(t, sent, arrived)
	assert.Equal(t, n, testcollector.SumOf(t, c.Scrape(t), "receiver_segment_messages", `source="web"`))
	c.RequireMetric(t, "messages", `source="web"`, n)
	require.Zero(t, c.Stop(t), "exit code")
	require.NotContains(t, c.Output.String(), "\terror\t")
	require.NotContains(t, c.Output.String(), "gateway-web")
}

type captured struct {
	path string
	body []byte
}

// capturedRequest is one of a Segment library, as the tests of the sandbox have it.
func capturedRequest(t *testing.T, name string) captured {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "sandbox", "testdata", "requests", name+".http"))
	require.NoError(t, err)
	defer file.Close()
	request, err := http.ReadRequest(bufio.NewReader(file))
	require.NoError(t, err)
	body, err := io.ReadAll(request.Body)
	require.NoError(t, err)
	return captured{request.URL.Path, body}
}

// messagesOf are the messages of a body by their ids, with what the body has for all of them.
func messagesOf(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var envelope struct {
		Batch   []json.RawMessage `json:"batch"`
		Context map[string]any    `json:"context"`
	}
	require.NoError(t, json.Unmarshal(body, &envelope))
	if envelope.Batch == nil {
		envelope.Batch = []json.RawMessage{body}
	}
	all := map[string]any{}
	for _, raw := range envelope.Batch {
		message := normalized(t, raw)
		if len(envelope.Context) > 0 {
			context := maps.Clone(envelope.Context)
			if own, is := message["context"].(map[string]any); is {
				maps.Copy(context, own)
			}
			message["context"] = context
		}
		all[message["messageId"].(string)] = message
	}
	require.NotEmpty(t, all)
	return all
}

// normalized is a message in the words that the gateway has for it: null means none, ids are texts, times are in UTC, and the address
// of a device is not recorded.
func normalized(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	var message map[string]any
	require.NoError(t, json.Unmarshal(raw, &message))
	maps.DeleteFunc(message, func(key string, value any) bool { return value == nil || key == "sentAt" || key == "writeKey" })
	if id, is := message["groupId"].(float64); is {
		message["groupId"] = strconv.FormatFloat(id, 'f', -1, 64)
	}
	at, err := time.Parse(time.RFC3339, message["timestamp"].(string))
	require.NoError(t, err)
	message["timestamp"] = at.UTC().Format("2006-01-02T15:04:05.000Z")
	context, ok := message["context"].(map[string]any)
	if !ok {
		return message
	}
	library, _ := context["library"].(map[string]any)
	if context["ip"] == nil && (context["direct"] == true || library["name"] == "analytics.js") {
		context["ip"] = "0.0.0.0"
	}
	delete(context, "direct")
	return message
}
