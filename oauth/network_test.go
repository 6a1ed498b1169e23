package oauth

import (
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-segment/segmentexporter/internal/version"
)

// newTokenServer is a token endpoint with a certificate of its own, and the setting for a client that trusts it.
func newTokenServer(t *testing.T, check func(r *http.Request)) (server *httptest.Server, ca configopaque.String) {
	t.Helper()
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		check(r)
		_, _ = io.WriteString(w, tokenBody("from-"+r.FormValue("scope"), "Bearer", "86400"))
	}))
	// The server would log each client that does not trust its certificate.
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, configopaque.String(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

// newProxy connects to one address, whatever it is asked for.
func newProxy(t *testing.T, address string) (proxy *httptest.Server, asked *atomic.Pointer[string]) {
	t.Helper()
	asked = new(atomic.Pointer[string])
	proxy = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(new(r.Method + " " + r.Host + " " + r.Header.Get("Proxy-Authorization")))
		var dialer net.Dialer
		there, err := dialer.DialContext(r.Context(), "tcp", address)
		if !assert.NoError(t, err) {
			return
		}
		defer there.Close()
		here, _, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(here, there)
			_ = here.Close()
		}()
		_, _ = io.Copy(there, here)
	}))
	t.Cleanup(proxy.Close)
	return proxy, asked
}

// TestTLSAndProxy has a name that only the proxy knows.
func TestTLSAndProxy(t *testing.T) {
	t.Parallel()
	server, ca := newTokenServer(t, func(r *http.Request) {
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, "/token", r.URL.Path)
		assert.Equal(t, "example.com", r.Host)
		assert.Equal(t, "growth", r.Header.Get("X-Team"))
		assert.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
		assert.Equal(t, version.UserAgent, r.UserAgent())
	})
	proxy, asked := newProxy(t, server.Listener.Addr().String())
	r := newRig(t, nil, func(cfg *Config) {
		cfg.ClientConfig.Endpoint = "https://example.com"
		cfg.ClientConfig.TLS.CAPem = ca
		cfg.ClientConfig.ProxyURL = strings.Replace(proxy.URL, "http://", "http://user:password@", 1)
		cfg.ClientConfig.Headers = configopaque.MapList{{Name: "X-Team", Value: "growth"}}
	})
	assert.Equal(t, "from-tracking_api:write", r.wantToken(t))
	assert.Equal(t, "CONNECT example.com:443 Basic dXNlcjpwYXNzd29yZA==", *asked.Load())
}

func TestServerIsNotTrusted(t *testing.T) {
	t.Parallel()
	server, _ := newTokenServer(t, func(*http.Request) { assert.Fail(t, "no request is sent") })
	r := newRig(t, nil, func(cfg *Config) { cfg.ClientConfig.Endpoint = server.URL })
	assert.ErrorContains(t, r.wantError(t), "x509: certificate signed by unknown authority")
}

// TestClientSettings are those that can only be found wrong at start.
func TestClientSettings(t *testing.T) {
	t.Parallel()
	cfg := NewDefaultConfig()
	cfg.PrivateKey = configopaque.String(pkcs1(testKey()))
	cfg.ClientConfig.TLS.CAFile = "none.pem"
	err := New(Settings{Config: cfg}).Start(t.Context(), componenttest.NewNopHost())
	assert.ErrorContains(t, err, "none.pem")
}

// TestUpload is the way of an upload over real connections, with a token that is revoked.
func TestUpload(t *testing.T) {
	t.Parallel()
	server, ca := newTokenServer(t, func(*http.Request) {})
	var uploads atomic.Int32
	segment := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Equal(t, "messages", string(data))
		assert.Equal(t, "Bearer from-tracking_api:write", r.Header.Get("Authorization"))
		if uploads.Add(1) == 1 {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer segment.Close()
	r := newRig(t, nil, func(cfg *Config) {
		cfg.ClientConfig.Endpoint = server.URL
		cfg.ClientConfig.TLS.CAPem = ca
	})
	client := &http.Client{Transport: r.Transport(http.DefaultTransport)}
	defer client.CloseIdleConnections()
	resp, err := client.Post(segment.URL, "application/json", strings.NewReader("messages")) //nolint:noctx // the client is a test's
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Equal(t, []string{OutcomeGranted, OutcomeGranted}, r.outcomes())
}
