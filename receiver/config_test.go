package receiver

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otel-segment/segmentexporter/receiver/internal/metadata"
)

type settingsMap = map[string]any

// load decodes and validates a section as the Collector does.
func load(section settingsMap) (*Config, error) {
	c := createDefaultConfig().(*Config)
	if err := confmap.NewFromStringMap(section).Unmarshal(c); err != nil {
		return c, err
	}
	return c, confmap.Validate(c)
}

// TestFullConfig reads a section with another value for every setting.
func TestFullConfig(t *testing.T) {
	t.Parallel()
	file, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	c, err := load(file.ToStringMap())
	require.NoError(t, err)
	assert.Equal(t, "/segment", c.PathPrefix)
	assert.Equal(t, []SourceConfig{{Name: "web", WriteKey: "key1"}, {Name: "ios", WriteKey: "key2"}}, c.Sources)
	assert.True(t, c.ForwardWriteKey)
	assert.Equal(t, ClockSkewOff, c.ClockSkew)
	assert.Equal(t, 5*time.Minute, c.ClockSkewMin)
	assert.Equal(t, MalformedJSONRefuse, c.MalformedJSON)
	assert.Equal(t, time.Minute, c.RetryAfter)
	assert.Equal(t, ClientIPConfig{Mode: ClientIPFill, IPv6: true, TrustedProxies: []string{"10.0.0.0/8"}}, c.ClientIP)
	assert.Equal(t, SettingsConfig{
		Mode: SettingsUpstream, APIHost: "events.example.com/v1", Upstream: "https://settings.example.com", MaxAge: time.Minute,
	}, c.Settings)
	assert.Equal(t, int64(1000), c.ServerConfig.MaxRequestBodySize)
	assert.Equal(t, []string{"https://shop.example.com"}, c.ServerConfig.CORS.Get().AllowedOrigins)
	assert.Contains(t, c.ServerConfig.CORS.Get().AllowedHeaders, "X-Retry-Count", "the default stays")
}

// TestOff has off as a mode, a word that older YAML takes for false.
func TestOff(t *testing.T) {
	t.Parallel()
	c, err := load(settingsMap{"clock_skew": "off", "client_ip": settingsMap{"mode": "off"}, "settings": settingsMap{"mode": "off"}})
	require.NoError(t, err)
	assert.Equal(t, ClockSkewOff, c.ClockSkew)
	assert.Equal(t, ClientIPOff, c.ClientIP.Mode)
}

// TestInvalidConfig has one problem each.
func TestInvalidConfig(t *testing.T) {
	t.Parallel()
	source := func(name, key any) settingsMap { return settingsMap{"name": name, "write_key": key} }
	sources := func(all ...any) settingsMap { return settingsMap{"sources": all} }
	withSettings := func(key string, value any) settingsMap {
		s := settingsMap{"mode": "upstream", "api_host": "events.example.com/v1"}
		s[key] = value
		return settingsMap{"settings": s, "sources": []any{source("web", "key")}}
	}
	for want, section := range map[string]settingsMap{
		"invalid keys: end_point":                                   {"end_point": "x"},
		"invalid keys: ip":                                          {"client_ip": settingsMap{"ip": 1}},
		"endpoint: must be specified":                               nil,
		"endpoint: is empty":                                        {"endpoint": ""},
		"max_request_body_size: must be greater than 0":             {"max_request_body_size": 0},
		"read_timeout: must not be negative":                        {"read_timeout": "-1s"},
		"clock_skew_min: 5ns is too short":                          {"clock_skew_min": 5},
		"clock_skew_min: must not be negative":                      {"clock_skew_min": "-1s"},
		`unknown value "on": must be one of [correct off]`:          {"clock_skew": "on"},
		`unknown value "": must be one of [salvage refuse]`:         {"malformed_json": ""},
		"malformed_json: is empty":                                  {"malformed_json": nil},
		"path_prefix: must be a path":                               {"path_prefix": "segment"},
		"path_prefix: must be a path ":                              {"path_prefix": "/a?b"},
		"retry_after: must be between 1s and 5m0s, got 0s":          {"retry_after": "0s"},
		"retry_after: must be between 1s and 5m0s, got 6m":          {"retry_after": "6m"},
		"sources[0]::name: must not be empty":                       sources(source("", "key")),
		"sources[0]::name: must not be empty ":                      sources(source(" web", "key")),
		"sources[0]::write_key: must be set":                        sources(source("web", "")),
		"sources[0]::write_key: is empty; if it comes":              sources(source("web", nil)),
		"sources[0]::write_key: must be one word":                   sources(source("web", "a b")),
		"sources[0]::write_key: holds the text ${env:WEB_KEY}":      sources(source("web", "${env:WEB_KEY}")),
		"sources[1]::name: is that of sources[0] too":               sources(source("web", "key1"), source("web", "key2")),
		"sources[1]::write_key: is that of sources[0] too":          sources(source("web", "key"), source("ios", "key\n")),
		"client_ip: trusted_proxies[1]: \"10.0.0.1\" is no network": {"client_ip": settingsMap{"trusted_proxies": []any{"10.0.0.0/8", "10.0.0.1"}}},
		"settings: api_host: must be set":                           {"settings": settingsMap{"mode": "static"}},
		"settings: api_host: must have no scheme":                   withSettings("api_host", "https://events.example.com/v1"),
		"settings: api_host: must be a host and path":               withSettings("api_host", "/v1"),
		"settings: api_host: must be a host and path ":              withSettings("api_host", "events.example.com?x"),
		"settings: upstream: must be an http":                       withSettings("upstream", "cdn-settings.segment.com"),
		"settings: upstream: must be an http ":                      withSettings("upstream", ""),
		"settings: max_age: must be greater than 0":                 withSettings("max_age", "0s"),
		"sources: must be set when settings::mode is upstream":      {"settings": settingsMap{"mode": "upstream", "api_host": "events.example.com/v1"}},
	} {
		c, err := load(section)
		if section == nil {
			c.ServerConfig.NetAddr.Endpoint = ""
			err = c.Validate()
		}
		require.ErrorContains(t, err, strings.TrimSpace(want))
		if !strings.Contains(want, "invalid keys") && !strings.Contains(want, "unknown value") {
			assert.NotContains(t, err.Error(), "\n", "one problem")
		}
		assert.NotContains(t, err.Error(), "key1")
	}
}

// TestPortInUse says which setting is to be changed, and can be shut down.
func TestPortInUse(t *testing.T) {
	t.Parallel()
	g := start(t)
	cfg := createDefaultConfig().(*Config)
	cfg.ServerConfig.NetAddr.Endpoint = g.address
	second, err := NewFactory().CreateLogs(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.ErrorContains(t, second.Start(t.Context(), componenttest.NewNopHost()), `endpoint: cannot listen on "127.0.0.1:`)
	require.NoError(t, second.Shutdown(t.Context()))
	require.NoError(t, second.Shutdown(t.Context()))
}
