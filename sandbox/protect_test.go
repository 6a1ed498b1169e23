package sandbox

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

func TestHostHeader(t *testing.T) {
	t.Parallel()
	local := []string{"localhost", "localhost:1", "LOCALHOST:9100", "127.0.0.1:9100", "127.9.9.9", "[::1]:9100", "[::ffff:127.0.0.1]"}
	foreign := []string{"", ":9100", "evil.example", "evil.example:9100", "localhost.evil.example", "127.0.0.1.evil.example", "x-localhost", "2130706433", "localhost@evil.example"}
	addresses := []string{"192.0.2.1:9100", "[2001:db8::1]:9100", "0.0.0.0:9100"}
	for endpoint, own := range map[string][]string{
		"localhost:9100":       nil,
		"127.0.0.1:0":          nil,
		"[::1]:9100":           nil,
		"/run/sandbox.sock":    nil,
		"0.0.0.0:9100":         addresses,
		":9100":                addresses,
		"[::]:9100":            addresses,
		"192.0.2.1:9100":       addresses,
		"sandbox.example:9100": append(addresses, "sandbox.example", "Sandbox.Example:80"),
	} {
		hosts := newAllowedHosts(endpoint)
		for _, host := range append(local, own...) {
			assert.True(t, hosts.contain(host), "%q on %q", host, endpoint)
		}
		for _, host := range foreign {
			assert.False(t, hosts.contain(host), "%q on %q", host, endpoint)
		}
		for _, host := range addresses {
			assert.Equal(t, own != nil, hosts.contain(host), "%q on %q", host, endpoint)
		}
	}
}

func TestForeignHost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method, path string
		status       int
		contentType  string
	}{
		{"GET", "/", 403, "text/plain; charset=utf-8"},
		{"GET", "/page/index.html", 403, "text/plain; charset=utf-8"},
		{"GET", "/other", 403, "text/plain; charset=utf-8"},
		{"GET", "/api/messages", 403, "application/json"},
		{"GET", "/api/messages/stream", 403, "application/json"},
		{"GET", "/api/other", 403, "application/json"},
		{"DELETE", "/api/messages", 403, "application/json"},
		{"PUT", "/api/faults", 403, "application/json"},
		{"POST", "/v1/track", 400, "application/json"}, // is let through, and has no body
		{"POST", "/token", 404, "application/json"},    // is let through, and oauth is off
	} {
		for endpoint, words := range map[string]string{
			"localhost:9100": "use localhost or 127.0.0.1", ":9100": "use localhost or an IP address", "box:9100": "use localhost, box or an IP address",
		} {
			cfg := testConfig()
			cfg.ServerConfig.NetAddr.Endpoint = endpoint
			a, err := newAPI(cfg, zap.NewNop())
			require.NoError(t, err)
			w := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(t.Context(), tt.method, "http://evil.example:9100"+tt.path, http.NoBody)
			a.routes().ServeHTTP(w, r)
			assert.Equal(t, tt.status, w.Code, tt.path)
			assert.Equal(t, tt.contentType, w.Header().Get("Content-Type"), tt.path)
			assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
			if tt.status == 403 {
				assert.Contains(t, w.Body.String(), words)
			}
		}
	}
}

func TestCrossOriginRequests(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	for _, tt := range []struct {
		headers []string
		refused bool
	}{
		{nil, false},
		{[]string{"Sec-Fetch-Site", "same-origin", "Origin", s.url}, false},
		{[]string{"Sec-Fetch-Site", "none"}, false},
		{[]string{"Origin", s.url}, false},
		{[]string{"Sec-Fetch-Site", "cross-site"}, true},
		{[]string{"Sec-Fetch-Site", "same-site", "Origin", s.url}, true},
		{[]string{"Origin", "https://evil.example"}, true},
		{[]string{"Origin", "http://localhost:3000"}, true},
		{[]string{"Origin", "null"}, true},
	} {
		for path, methods := range map[string]map[string]int{
			"/api/messages":  {"GET": 200, "DELETE": 204},
			"/api/faults":    {"GET": 200, "PUT": 400, "POST": 400, "DELETE": 204},
			"/api/faults/1":  {"DELETE": 404},
			"/api/oauth":     {"PUT": 404},
			"/api/tokens":    {"DELETE": 404},
			"/v1/batch":      {"POST": 400}, // websites upload from everywhere
			"/":              {"GET": 200},
			"/api/something": {"POST": 404},
		} {
			for method, status := range methods {
				if tt.refused && path != "/v1/batch" {
					status = 403
				}
				got, answer, header := s.do(method, path, "", tt.headers...)
				assert.Equal(t, status, got, "%s %s %v", method, path, tt.headers)
				if status == 403 && path != "/" {
					assert.Equal(t, "application/json", header.Get("Content-Type"))
					assert.Contains(t, answer, "cross_origin")
				}
			}
		}
	}
}

// TestLinkFromElsewhere opens the page, but changes nothing.
func TestLinkFromElsewhere(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	link := []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}
	for method, status := range map[string]int{"GET": 200, "POST": 403} {
		got, _, _ := s.do(method, "/", "", link...)
		assert.Equal(t, status, got, method)
	}
}
