package sandbox

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
)

var fromShop = []string{"Origin", "https://shop.example", "Sec-Fetch-Site", "cross-site"}

func TestPreflight(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	asked := append([]string{"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type"}, fromShop...)
	for path, method := range map[string]string{
		"/v1/t": "POST", "/v1/b/": "POST", "/batch": "POST", "/v1/m": "POST", "/v1/pixel/track": "GET", "/v1/projects/key/settings": "GET",
	} {
		status, answer, header := s.do(http.MethodOptions, path, "", asked...)
		assert.Equal(t, 204, status, path)
		assert.Empty(t, answer)
		assert.Equal(t, "*", header.Get("Access-Control-Allow-Origin"), path)
		assert.Equal(t, method, header.Get("Access-Control-Allow-Methods"), path)
		assert.Equal(t, "Authorization, Content-Type, X-Retry-Count, Cache-Control", header.Get("Access-Control-Allow-Headers"))
		assert.Equal(t, "7200", header.Get("Access-Control-Max-Age"))
		assert.Empty(t, header.Get("Access-Control-Allow-Credentials"))
	}
	for _, path := range []string{"/", "/api/messages", "/api/faults", "/token", "/page/main.js"} {
		_, _, header := s.do(http.MethodOptions, path, "", asked...)
		assert.Empty(t, header.Get("Access-Control-Allow-Origin"), path)
	}
	assert.Empty(t, s.stats().Requests)
}

func TestPagesReadAnswers(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	for _, tt := range []struct {
		path, body string
		headers    []string
		status     int
	}{
		{"/v1/t", `{"writeKey":"demo-write-key"}`, nil, 200},
		{"/v1/t", `{}`, nil, 401},
		{"/v1/t", `{}`, []string{"Content-Encoding", "br"}, 400},
		{"/v1/m", `{}`, nil, 200},
		{"/api/messages", `{}`, nil, 403},
	} {
		status, _, header := s.do(http.MethodPost, tt.path, tt.body, append(tt.headers, fromShop...)...)
		assert.Equal(t, tt.status, status, tt.path)
		want := "*"
		if tt.status == 403 {
			want = ""
		}
		assert.Equal(t, want, header.Get("Access-Control-Allow-Origin"), tt)
	}
}

// TestCORSOfTheServer is not widened by what the sandbox allows.
func TestCORSOfTheServer(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	cfg.ServerConfig.CORS = configoptional.Some(confighttp.CORSConfig{AllowedOrigins: []string{"https://own.example"}})
	s := runSandbox(t, cfg)
	for _, method := range []string{http.MethodOptions, http.MethodPost} {
		_, _, header := s.do(method, "/v1/t", `{"writeKey":"demo-write-key"}`, fromShop...)
		assert.Empty(t, header.Get("Access-Control-Allow-Origin"), method)
	}
	_, _, header := s.do(http.MethodPost, "/v1/t", `{"writeKey":"demo-write-key"}`, "Origin", "https://own.example")
	assert.Equal(t, []string{"https://own.example"}, header.Values("Access-Control-Allow-Origin"))
}
