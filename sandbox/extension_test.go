package sandbox

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-segment/segmentexporter/sandbox/internal/metadata"
)

// sandbox is a running extension and its address.
type sandbox struct {
	t   *testing.T
	url string
}

func startSandbox(t *testing.T, writeKeys ...configopaque.String) sandbox {
	cfg := testConfig()
	cfg.WriteKeys = writeKeys
	return runSandbox(t, cfg)
}

func runSandbox(t *testing.T, cfg *Config) sandbox {
	_, s := runExtension(t, cfg)
	return s
}

func runExtension(t *testing.T, cfg *Config) (*sandboxExtension, sandbox) {
	ext := newExtension(cfg, componenttest.NewNopTelemetrySettings())
	require.NoError(t, ext.Start(context.Background(), componenttest.NewNopHost()))
	t.Cleanup(func() { assert.NoError(t, ext.Shutdown(context.Background())) })
	return ext, sandbox{t, "http://" + ext.listener.Addr().String()}
}

func testConfig() *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.ServerConfig.NetAddr.Endpoint = "localhost:0"
	return cfg
}

func (s sandbox) do(method, path, body string, headers ...string) (status int, answer string, header http.Header) {
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return resp.StatusCode, string(text), resp.Header
}

func TestShutdownTwice(t *testing.T) {
	t.Parallel()
	ext, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(metadata.Type), testConfig())
	require.NoError(t, err)
	require.NoError(t, ext.Shutdown(t.Context()))
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, ext.Shutdown(t.Context()))
	require.NoError(t, ext.Shutdown(t.Context()))
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "localhost:0")
	require.NoError(t, err)
	defer taken.Close()

	cfg := testConfig()
	cfg.ServerConfig.NetAddr.Endpoint = taken.Addr().String()
	ext := newExtension(cfg, componenttest.NewNopTelemetrySettings())
	err = ext.Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, `endpoint: cannot listen on "`+taken.Addr().String()+`"`)
	require.ErrorContains(t, err, "address already in use")
	require.NoError(t, ext.Shutdown(t.Context()))
}

func TestLogsAddress(t *testing.T) {
	t.Parallel()
	for endpoint, warns := range map[string]bool{"localhost:0": false, "127.0.0.1:0": false, "0.0.0.0:0": true, ":0": true} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			core, logs := observer.New(zapcore.InfoLevel)
			telemetry := componenttest.NewNopTelemetrySettings()
			telemetry.Logger = zap.New(core)
			cfg := testConfig()
			cfg.ServerConfig.NetAddr.Endpoint = endpoint
			ext := newExtension(cfg, telemetry)
			require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
			defer func() { require.NoError(t, ext.Shutdown(t.Context())) }()

			info := logs.FilterLevelExact(zapcore.InfoLevel).All()
			require.Len(t, info, 1)
			assert.Equal(t, "http://"+ext.listener.Addr().String(), info[0].ContextMap()["url"])
			assert.Equal(t, warns, logs.FilterLevelExact(zapcore.WarnLevel).Len() == 1)
		})
	}
}

// TestNoStackTraces of errors that are nobody's bug, although the Collector's logger adds one to each error.
func TestNoStackTraces(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.InfoLevel)
	telemetry := componenttest.NewNopTelemetrySettings()
	telemetry.Logger = zap.New(core, zap.AddStacktrace(zapcore.ErrorLevel))
	cfg := testConfig()
	path := filepath.Join(t.TempDir(), "keys.pem")
	writeFile(t, path, pkix(t, &keyOne().PublicKey))
	cfg.OAuth = configoptional.Some(OAuthConfig{PublicKeyFile: path, TokenLifetime: time.Hour})
	ext := newExtension(cfg, telemetry)
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, ext.Shutdown(t.Context())) }()

	writeFile(t, path, "broken")
	s := sandbox{t, "http://" + ext.listener.Addr().String()}
	form := url.Values{
		"grant_type": {grantType}, "client_assertion_type": {assertionType}, "scope": {scope}, "client_assertion": {sign(t, claims(s.url))},
	}
	s.do(http.MethodPost, tokenPath, form.Encode(), "Content-Type", formType)
	ext.server.ErrorLog.Print("what net/http has to say")
	require.Equal(t, 2, logs.FilterLevelExact(zapcore.ErrorLevel).Len())
	for _, entry := range logs.All() {
		assert.Empty(t, entry.Stack, entry.Message)
	}
}

// statusHost keeps the last status that the extension reported.
type statusHost struct {
	component.Host
	last atomic.Pointer[componentstatus.Event]
}

func (h *statusHost) Report(event *componentstatus.Event) { h.last.Store(event) }

func TestServeErrorIsReported(t *testing.T) {
	t.Parallel()
	host := &statusHost{Host: componenttest.NewNopHost()}
	ext := newExtension(testConfig(), componenttest.NewNopTelemetrySettings())
	require.NoError(t, ext.Start(t.Context(), host))
	require.NoError(t, ext.listener.Close())
	<-ext.done
	require.NotNil(t, host.last.Load())
	assert.Equal(t, componentstatus.StatusFatalError, host.last.Load().Status())
	_ = ext.Shutdown(t.Context())
}

func TestOrdinaryShutdownReportsNothing(t *testing.T) {
	t.Parallel()
	host := &statusHost{Host: componenttest.NewNopHost()}
	ext := newExtension(testConfig(), componenttest.NewNopTelemetrySettings())
	require.NoError(t, ext.Start(t.Context(), host))
	require.NoError(t, ext.Shutdown(t.Context()))
	assert.Nil(t, host.last.Load())
}
