package oauth

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
)

// loadConfig decodes and validates a section of the file, with more settings.
func loadConfig(t *testing.T, name string, more map[string]any) Config {
	t.Helper()
	file, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	section, err := file.Sub(name)
	require.NoError(t, err)
	require.NoError(t, section.Merge(confmap.NewFromStringMap(more)))
	cfg := NewDefaultConfig()
	require.NoError(t, section.Unmarshal(&cfg))
	require.NoError(t, confmap.Validate(&cfg))
	return cfg
}

// TestDefaults names every default.
func TestDefaults(t *testing.T) {
	t.Parallel()
	client := httpclient.WithoutKeepAlives(confighttp.NewDefaultClientConfig())
	client.Timeout = 15 * time.Second
	assert.Equal(t, Config{
		ClientID:       "minimal",
		KeyID:          "key",
		PrivateKeyFile: "/etc/segment/key.pem",
		Scope:          "tracking_api:write",
		ClientConfig:   client,
	}, loadConfig(t, "minimal", nil))
}

func TestFullConfig(t *testing.T) {
	t.Parallel()
	expected := NewDefaultConfig()
	expected.ClientConfig = confighttp.NewDefaultClientConfig()
	expected.ClientID = "full"
	expected.KeyID = "key"
	expected.PrivateKey = configopaque.String(pkcs1(testKey()))
	expected.Scope = "other:scope"
	expected.ClientConfig.Endpoint = "https://auth.example/segment/token"
	expected.ClientConfig.Timeout = 3 * time.Second
	expected.ClientConfig.ProxyURL = "http://proxy.example:3128"
	expected.ClientConfig.Headers = configopaque.MapList{{Name: "X-Team", Value: "growth"}}
	expected.ClientConfig.TLS.CAFile = "/etc/segment/ca.pem"
	assert.Equal(t, expected, loadConfig(t, "full", map[string]any{"private_key": pkcs1(testKey())}))
}

// TestKeepalive looks at the client that is made, because the fields for it differ between versions of confighttp.
func TestKeepalive(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings map[string]any
		expected *http.Transport
	}{
		"default": {
			map[string]any{"timeout": "1s"},
			&http.Transport{DisableKeepAlives: true},
		},
		"off": {
			map[string]any{"keepalive": map[string]any{"enabled": false}},
			&http.Transport{DisableKeepAlives: true},
		},
		"nothing": {
			map[string]any{"keepalive": nil},
			&http.Transport{DisableKeepAlives: true},
		},
		"on": {
			map[string]any{"keepalive": map[string]any{"enabled": true}},
			&http.Transport{MaxIdleConns: 100, IdleConnTimeout: 90 * time.Second},
		},
		"settings": {
			map[string]any{"keepalive": map[string]any{"max_idle_conns": 7}},
			&http.Transport{MaxIdleConns: 7, IdleConnTimeout: 90 * time.Second},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := NewDefaultConfig()
			require.NoError(t, confmap.NewFromStringMap(c.settings).Unmarshal(&cfg))
			// Without telemetry the transport is not wrapped.
			client, err := cfg.ClientConfig.ToClient(t.Context(), nil, component.TelemetrySettings{Logger: zap.NewNop()})
			require.NoError(t, err)
			transport := client.Transport.(*http.Transport)
			assert.Equal(t, c.expected.DisableKeepAlives, transport.DisableKeepAlives)
			if !c.expected.DisableKeepAlives {
				assert.Equal(t, c.expected.MaxIdleConns, transport.MaxIdleConns)
				assert.Equal(t, c.expected.IdleConnTimeout, transport.IdleConnTimeout)
			}
		})
	}
}

// TestInvalid has a row for every message, and each message names the YAML key.
func TestInvalid(t *testing.T) {
	t.Parallel()
	endpoint := func(value string) map[string]any { return map[string]any{"endpoint": value} }
	header := func(name string) map[string]any { return map[string]any{"headers": map[string]any{name: "SECRET"}} }
	for name, c := range map[string]struct {
		settings map[string]any
		expected string
	}{
		"no client":               {map[string]any{"client_id": " "}, "client_id: is empty; if it comes from an environment variable, that one is not set or empty"},
		"no key id":               {map[string]any{"key_id": ""}, "key_id: is empty"},
		"no scope":                {map[string]any{"scope": ""}, "scope: is empty"},
		"no endpoint":             {map[string]any{"endpoint": nil}, "endpoint: is empty"},
		"no key":                  {map[string]any{"private_key_file": ""}, "private_key_file: is empty"},
		"no inline key":           {map[string]any{"private_key": nil}, "private_key: is empty"},
		"a variable":              {map[string]any{"client_id": "$CLIENT"}, "client_id: holds the text $CLIENT, not the value of the variable; write ${env:CLIENT}"},
		"no limit of time":        {map[string]any{"timeout": nil}, "timeout: is empty"},
		"no unit of time":         {map[string]any{"timeout": 15}, `timeout: 15ns is too short: a number needs a unit, such as "15s"`},
		"two keys":                {map[string]any{"private_key": "SECRET"}, "private_key: must not be set beside private_key_file"},
		"no scheme":               {endpoint("oauth2.segment.io"), "endpoint: must be an http:// or https:// URL"},
		"another scheme":          {endpoint("ftp://host"), "endpoint: must be an http:// or https:// URL"},
		"no host":                 {endpoint("https:///token"), "endpoint: must be an http:// or https:// URL"},
		"no URL":                  {endpoint("http://u:SECRET@a b"), "endpoint: must be an http:// or https:// URL"},
		"a user":                  {endpoint("https://u:SECRET@host"), "endpoint: must have no user or password, the client is known by its key"},
		"a query":                 {endpoint("https://host/?"), "endpoint: must have neither query nor fragment, because /token is added to its path"},
		"a fragment":              {endpoint("https://host/#"), "endpoint: must have neither query nor fragment, because /token is added to its path"},
		"a negative timeout":      {map[string]any{"timeout": "-1s"}, "timeout: must not be negative"},
		"a proxy that is no URL":  {map[string]any{"proxy_url": "http://u:SECRET@a b"}, "proxy_url: must be an http://, https:// or socks5:// URL"},
		"a header of the body":    {header("content-type"), "headers::content-type: must not be set, it describes the body, which the exporter writes"},
		"another kind of answer":  {header("Accept"), "headers::Accept: must not be set, the answer has to be JSON"},
		"another login":           {header("authorization"), "headers::authorization: must not be set, Segment knows the client by its key"},
		"the client's own errors": {map[string]any{"compression": "gzip", "compression_params": map[string]any{"level": 99}}, "unsupported parameters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := loadConfig(t, "minimal", nil)
			require.NoError(t, confmap.NewFromStringMap(c.settings).Unmarshal(&cfg))
			err := confmap.Validate(&cfg)
			require.ErrorContains(t, err, c.expected)
			assert.NotContains(t, err.Error(), "\n", "one problem")
			assert.NotContains(t, err.Error(), "SECRET")
		})
	}
}

// TestOwnServer may want a login besides the key.
func TestOwnServer(t *testing.T) {
	t.Parallel()
	cfg := loadConfig(t, "minimal", nil)
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"endpoint": "https://auth.example", "headers": map[string]any{"Authorization": "Basic eDp5"},
	}).Unmarshal(&cfg))
	assert.NoError(t, confmap.Validate(&cfg))
}

func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	cfg := NewDefaultConfig()
	err := confmap.NewFromStringMap(map[string]any{
		"client": "x", "time_out": "1s", "tls": map[string]any{"ca": "x"}, "keepalive": map[string]any{"idle": "1s"},
	}).Unmarshal(&cfg)
	require.Error(t, err)
	for _, expected := range []string{
		"'oauth.Config' has invalid keys: client, time_out", "'tls' has invalid keys: ca", "has invalid keys: idle",
	} {
		assert.ErrorContains(t, err, expected)
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, confmap.Validate(new(Config)), "client_id: must be set\nkey_id: must be set\n"+
		"private_key_file: must be set, or private_key\nscope: must be set")
}

func TestAuthorizationServer(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{
		"https://auth.example", "https://auth.example/", "https://auth.example/token", "https://auth.example/token/", "https://auth.example//",
	} {
		assert.Equal(t, "https://auth.example", authorizationServer(endpoint), endpoint)
		source := New(Settings{Config: Config{ClientConfig: confighttp.ClientConfig{Endpoint: endpoint}}})
		assert.Equal(t, "https://auth.example/token", source.requester.url, endpoint)
		assert.Equal(t, "https://auth.example", source.requester.signer.audience, endpoint)
	}
	assert.Equal(t, "https://auth.example/a/mytoken", authorizationServer("https://auth.example/a/mytoken/"))
}
