package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/log"

	"github.com/otel-segment/segmentexporter/test/harness"
)

const (
	markerKey     = "Marker7WriteKey3Zq9"
	markerPayload = "Marker7Payload3Zq9"
)

// TestSecretsAppearNowhere lets everything fail that can, and reads everything that the collector says.
func TestSecretsAppearNowhere(t *testing.T) {
	t.Parallel()
	server := newEchoServer(t)
	overlays := []string{
		`
extensions: {zpages: {endpoint: "localhost:${env:ZPAGES_PORT}"}}
service:
  extensions: [zpages]
  telemetry:
    logs: {level: debug}
    traces: {processors: [{simple: {exporter: {console: {}}}}]}
`,
		`
exporters:
  segment:
    write_key: ` + markerKey + `
    endpoint: ` + server.URL + `
    timeout: 500ms
    max_retry_after: 1s
    retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}
    sending_queue: {queue_size: 10, batch: {min_size: 1}}
`,
	}
	c := harness.StartCollector(t, overlays...)
	s := harness.NewSDK(t, c.GRPCExporter(t))
	note := log.String("segment.properties.note", markerPayload)
	user := log.String("segment.user_id", markerPayload)
	emit := func(eventName string, attributes ...log.KeyValue) {
		s.Emit(t.Context(), eventName, append(attributes, note)...)
		require.NoError(t, s.Provider.ForceFlush(t.Context()))
	}

	for _, status := range []int{200, 401, 403, 408, 410, 429, 460, 500, 501, 503, 505, 511, 302, 307, 400, 404, 413, hangs, cutsOff} {
		server.status.Store(int64(status))
		emit("Clicked", user)
		c.WaitForRequests(t, max(0, status), 1)
		server.status.Store(http.StatusOK)
	}
	emit("Nobody")
	emit("Clicked", user, log.String("segment.properties.long", strings.Repeat("x", 33_000)))
	emit("Clicked", user, log.String("segment.properties", "{"+markerPayload), log.String("segment.timestamp", markerPayload))
	emit("", user, log.String("segment.type", "alias"), log.String("segment.previous_id", markerPayload))
	c.RequireMetric(t, "dropped_records", `reason="missing_identity"`, 1)
	pages := readPages(t, c)

	server.Close()
	emit("Clicked", user)
	c.WaitForRequests(t, 0, 1)
	// The queue is full with the next events.
	_, err := c.GRPCClient(t).Export(t.Context(), harness.SomeEvents(10))
	require.Error(t, err)
	require.NoError(t, s.Provider.Shutdown(t.Context()))
	c.Stop(t) // with an event in the queue that can go nowhere

	assertNoSecret(t, "output of the collector", c.Output.String())
	for page, text := range pages {
		assertNoSecret(t, page, text)
	}

	// Without these the test would see no leak either.
	assert.True(t, server.sawKey.Load(), "the key never reached the server")
	for _, said := range []string{
		"is not for you", `"SpanContext"`, "Dropped a record", "Segment rejected a message", "segment answered 404 Not Found",
		"Uploads are paused", "Segment refuses the uploads", "sending queue is full", "are given up",
	} {
		assert.NotEmpty(t, c.Output.Line(said), said)
	}
}

func TestWriteKeyAppearsInNoCommand(t *testing.T) {
	t.Parallel()
	const key = "exporters:\n  segment:\n    write_key: " + markerKey + "\n    "
	tests := []struct {
		name    string
		command string
		overlay string
		succeed bool
	}{
		{"validate", "validate", key, true},
		{"print-config", "print-config", key, true},
		{"a region that does not exist", "validate", key + "region: mars", false},
		{"an endpoint that is no URL", "validate", key + "endpoint: ftp://segment.example.com", false},
		{"an unknown key", "", key + "writekey: x", false},
		{"the write key under an unknown key", "", "exporters: {segment: {writekey: " + markerKey + "}}", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text, code := harness.Run(t, test.command, test.overlay)
			assert.Equal(t, test.succeed, code == 0, text)
			assertNoSecret(t, test.name, text)
		})
	}
}

// Statuses of an echoServer that does not answer.
const (
	hangs   = -1
	cutsOff = -2
)

// echoServer answers with what it was sent: an answer that ends in a log takes the key with it.
type echoServer struct {
	*httptest.Server

	status atomic.Int64
	sawKey atomic.Bool
}

func newEchoServer(t *testing.T) *echoServer {
	t.Helper()
	s := &echoServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, _, _ := r.BasicAuth()
		if key == markerKey {
			s.sawKey.Store(true)
		}
		status := int(s.status.Load())
		switch status {
		case hangs:
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
			return
		case cutsOff:
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Location", "/elsewhere/"+key)
		w.Header().Set("Retry-After", "1")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		// With success: false the answer is a complaint even when the status is 200.
		_ = json.NewEncoder(w).Encode(map[string]any{
			"success": false,
			"error":   fmt.Sprintf("%s is not for you, nor %q", key, r.Header["Authorization"]),
		})
	}))
	t.Cleanup(s.Close)
	return s
}

func readPages(t *testing.T, c *harness.Collector) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, url := range []string{
		c.MetricsURL,
		c.ZPagesURL + "/debug/servicez",
		c.ZPagesURL + "/debug/pipelinez",
		c.ZPagesURL + "/debug/extensionz",
		c.ZPagesURL + "/debug/featurez",
		c.ZPagesURL + "/debug/tracez",
	} {
		text, err := harness.Get(url)
		require.NoError(t, err)
		pages[url] = text
	}
	return pages
}

func assertNoSecret(t *testing.T, where, text string) {
	t.Helper()
	for _, form := range append(forms(markerKey), markerPayload) {
		if i := strings.Index(text, form); i >= 0 {
			assert.Fail(t, "a secret is in the "+where, "%s", text[max(0, i-300):min(len(text), i+300)])
		}
	}
}

// forms are the secret itself and what base64 makes of it, wherever it stands in the encoded text.
func forms(secret string) []string {
	list := []string{secret}
	for offset := range 3 {
		text := strings.Repeat("\x00", offset) + secret
		// Only groups of three whole bytes of the secret look the same whatever stands around it.
		start, end := (offset+2)/3*3, len(text)/3*3
		whole := []byte(text[start:end])
		list = append(list, base64.RawStdEncoding.EncodeToString(whole), base64.RawURLEncoding.EncodeToString(whole))
	}
	return list
}

func TestFormsFindTheKeyInBase64(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "a", "ab", "abc"} {
		for _, after := range []string{"", ":", "::", ":::"} {
			text := base64.StdEncoding.EncodeToString([]byte(before + markerKey + after))
			found := slices.ContainsFunc(forms(markerKey), func(form string) bool { return strings.Contains(text, form) })
			assert.True(t, found, "%q", before+markerKey+after)
		}
	}
}
