package receiver

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
)

// TestCORS asks what a browser asks for analytics.js, and what it looks for in the answer.
func TestCORS(t *testing.T) {
	t.Parallel()
	g := start(t)
	const origin = "Origin: https://shop.example.com"
	for _, path := range []string{"/v1/t", "/v1/b", "/v1/m", "/v1/projects/key/settings"} {
		r := g.do(http.MethodOptions, path, "", origin, "Access-Control-Request-Method: POST",
			"Access-Control-Request-Headers: authorization,cache-control,content-type,x-retry-count")
		assert.Equal(t, http.StatusNoContent, r.status)
		assert.Equal(t, "*", r.header.Get("Access-Control-Allow-Origin"))
		assert.Equal(t, "authorization,cache-control,content-type,x-retry-count", r.header.Get("Access-Control-Allow-Headers"))
		assert.Equal(t, "7200", r.header.Get("Access-Control-Max-Age"))
	}
	r := g.do(http.MethodOptions, "/v1/t", "", origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: x-other")
	assert.Empty(t, r.header.Get("Access-Control-Allow-Origin"))

	for _, body := range []string{track, "{"} {
		r = g.post("/v1/t", body, origin, basic("key:"))
		assert.Equal(t, "*", r.header.Get("Access-Control-Allow-Origin"), "also of refusals")
		assert.Equal(t, "Retry-After", r.header.Get("Access-Control-Expose-Headers"))
	}
	assert.Empty(t, g.log.FilterMessageSnippet("cors").All())
}

// TestWarningOfCORS has settings with which analytics.js does not work.
func TestWarningOfCORS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cors  map[string]any
		lacks []any
	}{
		"origins only": {map[string]any{"allowed_origins": []any{"https://shop.example.com"}}, nil},
		"any header":   {map[string]any{"allowed_headers": []any{"*"}}, nil},
		"in small":     {map[string]any{"allowed_headers": []any{"authorization", "x-retry-count"}}, nil},
		"lacks one":    {map[string]any{"allowed_headers": []any{"Authorization"}}, []any{"X-Retry-Count"}},
		"lacks both":   {map[string]any{"allowed_headers": []any{"Content-Type"}}, []any{"Authorization", "X-Retry-Count"}},
		"no CORS":      {map[string]any{"enabled": false, "allowed_headers": []any{"Content-Type"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := start(t, with(func(c *Config) {
				assert.NoError(t, confmap.NewFromStringMap(map[string]any{"cors": test.cors, "endpoint": "127.0.0.1:0"}).Unmarshal(c))
			}))
			var lacks []any
			for _, line := range g.log.FilterMessageSnippet("cors::allowed_headers").All() {
				lacks = append(lacks, line.ContextMap()["header"])
			}
			assert.Equal(t, test.lacks, lacks)
		})
	}
}

// TestWithoutCORS leaves browsers to a proxy in front.
func TestWithoutCORS(t *testing.T) {
	t.Parallel()
	g := start(t, with(func(c *Config) { c.ServerConfig.CORS = configoptional.None[confighttp.CORSConfig]() }))
	r := g.post("/v1/t", track, "Origin: https://shop.example.com", basic("key:"))
	assert.Equal(t, http.StatusOK, r.status)
	assert.Empty(t, r.header.Get("Access-Control-Allow-Origin"))
}
