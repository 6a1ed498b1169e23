package receiver

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/record"
	"github.com/otel-segment/segmentexporter/translate"
)

// TestAnswers has every answer. A body of a success is that of Segment, all others have the members that the libraries look for.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const limit = 400_000
	g := start(t, with(func(c *Config) {
		c.Sources = []SourceConfig{{Name: "web", WriteKey: "key"}}
		c.ServerConfig.MaxRequestBodySize = limit
	}))
	gzipped := func(body string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(body))
		_ = w.Close()
		return b.String()
	}
	elements := func(n int) string { return `{"batch":[` + strings.Repeat("1,", n-1) + `1],"writeKey":"key"}` }
	for name, test := range map[string]struct {
		method, path, body string
		header             string
		status             int
		code               string
	}{
		"batch":                    {"POST", "/v1/batch", batch, "", 200, ""},
		"empty batch":              {"POST", "/v1/batch", `{"batch":[],"writeKey":"key"}`, "", 200, ""},
		"nothing usable":           {"POST", "/v1/batch", elements(3), "", 200, ""},
		"as many as there may be":  {"POST", "/v1/batch", elements(record.MaxElements), "", 200, ""},
		"too many":                 {"POST", "/v1/batch", elements(record.MaxElements + 1), "", 413, "body_too_large"},
		"salvaged":                 {"POST", "/v1/batch", `{"batch":[` + track + `,,{"type":"tr`, basic("key:"), 200, ""},
		"nothing to salvage":       {"POST", "/v1/batch", `{"batch":[,,,]}`, basic("key:"), 400, "invalid_json"},
		"no body":                  {"POST", "/v1/batch", "", basic("key:"), 400, "invalid_json"},
		"no batch":                 {"POST", "/v1/batch", `{"writeKey":"key"}`, "", 400, "invalid_json"},
		"batch is no array":        {"POST", "/v1/batch", `{"batch":{},"writeKey":"key"}`, "", 400, "invalid_json"},
		"message is not salvaged":  {"POST", "/v1/track", track + ",", basic("key:"), 400, "invalid_json"},
		"message is no object":     {"POST", "/v1/track", `[]`, basic("key:"), 400, "invalid_json"},
		"message":                  {"POST", "/v1/t", `{"event":"A","writeKey":"key"}`, "", 200, ""},
		"message too large":        {"POST", "/v1/t", strings.Repeat(" ", translate.MaxMessageBytes) + track, basic("key:"), 400, "message_too_large"},
		"large message in a batch": {"POST", "/v1/b", strings.Repeat(" ", translate.MaxMessageBytes) + batch, "", 200, ""},
		"no key":                   {"POST", "/v1/batch", `{"batch":[]}`, "", 401, "missing_write_key"},
		"unknown key":              {"POST", "/v1/batch", `{"batch":[],"writeKey":"other"}`, "", 401, "unknown_write_key"},
		"another method":           {"GET", "/v1/batch", "", "", 405, "method_not_allowed"},
		"put":                      {"PUT", "/v1/t", batch, "", 405, "method_not_allowed"},
		"post of a pixel":          {"POST", "/v1/pixel/track", track, "", 200, ""},
		"options without CORS":     {"OPTIONS", "/v1/t", "", "", 405, "method_not_allowed"},
		"another path":             {"POST", "/v2/batch", batch, "", 404, "not_found"},
		"settings are off":         {"GET", "/v1/projects/key/settings", "", "", 404, "not_found"},
		"telemetry":                {"POST", "/v1/m", `{"series":[]}`, "", 200, ""},
		"too large":                {"POST", "/v1/batch", batch + strings.Repeat(" ", limit), "", 413, "body_too_large"},
		"much too large":           {"POST", "/v1/batch", strings.Repeat(" ", 3*limit), "", 413, "body_too_large"},
		"too large, no gzip":       {"POST", "/v1/m", strings.Repeat("1", limit+1), "", 413, "body_too_large"},
		"gzip":                     {"POST", "/v1/batch", gzipped(batch), "Content-Encoding: gzip", 200, ""},
		"too large when unpacked":  {"POST", "/v1/batch", gzipped(strings.Repeat(" ", limit+1)), "Content-Encoding: gzip", 413, "body_too_large"},
		"not gzip":                 {"POST", "/v1/batch", batch, "Content-Encoding: gzip", 400, "invalid_encoding"},
		"gzip cut off":             {"POST", "/v1/batch", gzipped(batch)[:40], "Content-Encoding: gzip", 400, "invalid_encoding"},
		"gzip of nothing":          {"POST", "/v1/batch", "", "Content-Encoding: gzip", 400, "invalid_encoding"},
		"not zstd":                 {"POST", "/v1/batch", batch, "Content-Encoding: zstd", 400, "invalid_encoding"},
		"not snappy":               {"POST", "/v1/batch", batch, "Content-Encoding: snappy", 400, "invalid_encoding"},
		"unknown encoding":         {"POST", "/v1/batch", batch, "Content-Encoding: secret-words", 400, "invalid_encoding"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &rig{t: t, url: g.url}
			headers := []string{}
			if test.header != "" {
				headers = append(headers, test.header)
			}
			r := g.do(test.method, test.path, test.body, headers...)
			assert.Equal(t, test.status, r.status, r.body)
			if strings.Contains(test.path, "pixel") {
				assert.Equal(t, image, r.body)
				return
			}
			assert.Equal(t, "application/json", r.header.Get("Content-Type"))
			if test.status == http.StatusOK {
				assert.JSONEq(t, `{"success":true}`, r.body)
				return
			}
			assertRefusal(t, r, test.code)
			assert.NotContains(t, r.body, "secret-words")
			assert.Equal(t, test.status == http.StatusMethodNotAllowed, r.header.Get("Allow") != "")
		})
	}
}

func assertRefusal(t *testing.T, r reply, code string) {
	t.Helper()
	var body struct {
		Success              *bool
		Code, Message, Error string
	}
	require.NoError(t, json.Unmarshal([]byte(r.body), &body), r.body)
	require.NotNil(t, body.Success)
	assert.False(t, *body.Success)
	assert.Equal(t, code, body.Code)
	assert.NotEmpty(t, body.Message)
	assert.Equal(t, body.Message, body.Error)
}

// TestConsumerErrors has errors of the next component that can pass, and permanent ones.
func TestConsumerErrors(t *testing.T) {
	t.Parallel()
	var fail error
	g := start(t, before(func(context.Context, plog.Logs) error { return fail }))
	fail = errors.New("sending queue is full")
	r := g.post("/v1/batch", batch)
	assert.Equal(t, http.StatusTooManyRequests, r.status)
	assertRefusal(t, r, "busy")
	assertRetryAfter(t, r, 8, 12)

	fail = consumererror.NewPermanent(errors.New("never"))
	r = g.post("/v1/batch", batch)
	assert.Equal(t, http.StatusBadRequest, r.status)
	assertRefusal(t, r, "refused")
	assert.Empty(t, r.header.Get("Retry-After"))
	assert.Equal(t, http.StatusOK, g.post("/v1/batch", `{"batch":[],"writeKey":"key"}`).status, "there is nothing to consume")
	assert.Equal(t, image, g.do(http.MethodGet, "/v1/pixel/track?writeKey=key", "").body)
}

func assertRetryAfter(t *testing.T, r reply, least, most int) {
	t.Helper()
	seconds, err := strconv.Atoi(r.header.Get("Retry-After"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, seconds, least)
	assert.LessOrEqual(t, seconds, most)
}

// TestSpread keeps the pauses within what the libraries understand.
func TestSpread(t *testing.T) {
	t.Parallel()
	for pause, want := range map[time.Duration][2]int{
		time.Second: {1, 1}, 10 * time.Second: {8, 12}, 100 * time.Second: {80, 120}, maxRetryAfter: {240, 300},
	} {
		seen := map[int]bool{}
		for range 10_000 {
			n := spread(pause)
			require.GreaterOrEqual(t, n, want[0])
			require.LessOrEqual(t, n, want[1])
			seen[n] = true
		}
		assert.Len(t, seen, want[1]-want[0]+1)
	}
}

// TestAuthentication has requests that an authenticator of the Collector refuses: the answer is JSON all the same.
func TestAuthentication(t *testing.T) {
	t.Parallel()
	g := start(t, func(s *setup) {
		id := component.MustNewID("gate")
		s.cfg.ServerConfig.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: id}})
		s.host = hostWith{id: gate{}}
	})
	r := g.post("/v1/batch", batch, "Authorization: Bearer wrong")
	assert.Equal(t, http.StatusUnauthorized, r.status)
	assertRefusal(t, r, "unauthorized")
	assert.NotContains(t, r.body, "wrong")
	assert.Equal(t, http.StatusUnauthorized, g.do(http.MethodGet, "/v1/pixel/track", "").status)
	assert.Equal(t, http.StatusOK, g.post("/v1/batch", batch, "Authorization: Bearer right").status)
	assert.Len(t, g.records(), 1)
}

type hostWith map[component.ID]component.Component

func (h hostWith) GetExtensions() map[component.ID]component.Component { return h }

// gate lets in who has the right token.
type gate struct {
	component.StartFunc
	component.ShutdownFunc
}

func (gate) Authenticate(ctx context.Context, headers map[string][]string) (context.Context, error) {
	if token := headers["Authorization"]; len(token) != 1 || token[0] != "Bearer right" {
		return ctx, fmt.Errorf("not let in: %v", token)
	}
	return ctx, nil
}
