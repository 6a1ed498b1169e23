package receiver

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// TestSecrets sends keys, tokens and payloads in every place where there can be one, well-formed and not: they are in no log line,
// span, metric or answer. The settings of a source are an answer with its key.
func TestSecrets(t *testing.T) {
	t.Parallel()
	const key, unknown, token, payload = "markerKey1", "markerKey2", "markerToken", "markerPayload"
	g := start(t, with(func(c *Config) {
		c.Sources = []SourceConfig{{Name: "web", WriteKey: key}}
		c.Settings = SettingsConfig{Mode: SettingsUpstream, APIHost: "events.example.com/v1", Upstream: "http://127.0.0.1:1", MaxAge: time.Minute}
		c.ServerConfig.MaxRequestBodySize = 10_000
	}))
	message := `{"type":"track","event":"` + payload + `","userId":"` + payload + `","properties":"` + payload + `","writeKey":"` + key + `"}`
	bad := `{"type":"` + payload + `"`
	var answers strings.Builder
	for _, login := range []string{key, unknown, ""} {
		headers := []string{"User-Agent: agent", "X-Forwarded-For: 192.0.2.1", "Authorization: Bearer " + token}
		if login != "" {
			headers[2] = basic(login + ":" + token)
		}
		for _, path := range []string{"/v1/batch", "/v1/track", "/v1/t", "/v1/m", "/v1/nothing", "/" + payload, "/v1/projects/" + unknown + "/source"} {
			for _, body := range []string{
				message, `{"batch":[` + message + `],"writeKey":"` + unknown + `"}`, `{"batch":[` + message + `,,` + bad + `,"` + payload + `"]`, bad,
				`{"batch":"` + payload + `"}`, payload, strings.Repeat(payload, 1000),
			} {
				r := g.post(path+"?writeKey="+unknown+"&data="+payload, body, headers...)
				fmt.Fprintln(&answers, r.header, r.body)
				r = g.post(path, body, append(headers, "Content-Encoding: gzip")...)
				fmt.Fprintln(&answers, r.header, r.body)
			}
		}
		for _, query := range []string{
			"data=" + base64.StdEncoding.EncodeToString([]byte(message)), "data=" + payload, "event=" + payload + "&writeKey=" + unknown,
		} {
			r := g.do(http.MethodGet, "/v1/pixel/"+payload+"?"+query, "", headers...)
			fmt.Fprintln(&answers, r.header, r.body)
		}
		for _, k := range []string{key, unknown} {
			r := g.do(http.MethodGet, "/v1/projects/"+k+"/settings?"+payload, "", headers...)
			fmt.Fprintln(&answers, r.header, r.body)
			r = g.do(http.MethodPut, "/v1/projects/"+k+"/settings", "", headers...)
			fmt.Fprintln(&answers, r.header, r.body)
		}
	}
	require.NoError(t, g.receiver.Shutdown(context.WithoutCancel(t.Context())))

	said := map[string]string{"answers": answers.String()}
	for _, line := range g.log.All() {
		fields, err := json.Marshal(line.ContextMap())
		require.NoError(t, err)
		said["log"] += line.Message + " " + string(fields) + "\n"
	}
	for _, span := range g.telemetry.SpanRecorder.Ended() {
		said["spans"] += fmt.Sprintln(span.Name(), span.Attributes(), span.Events(), span.Status())
	}
	var metrics metricdata.ResourceMetrics
	require.NoError(t, g.telemetry.Reader.Collect(t.Context(), &metrics))
	said["metrics"] = fmt.Sprintf("%+v", metrics)
	for where, text := range said {
		assert.NotEmpty(t, text, where)
		for _, secret := range []string{"marker", basic(key + ":" + token)[len("Authorization: Basic "):]} {
			if i := strings.Index(text, secret); i >= 0 {
				assert.Failf(t, "a secret", "%s in %s: %s", secret, where, text[max(0, i-200):min(len(text), i+50)])
			}
		}
	}
	assert.Contains(t, said["spans"], "/v1/projects/{key}/settings")
	assert.Contains(t, said["spans"], "POST /v1/batch")
	assert.Contains(t, said["metrics"], "/v1/batch")
}
