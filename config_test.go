package segmentexporter

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/otel-segment/segmentexporter/oauth"
	"github.com/otel-segment/segmentexporter/translate"
)

func loadConfig(t *testing.T, name string) *Config {
	t.Helper()
	file, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	section, err := file.Sub(name)
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, section.Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	return cfg
}

// TestDefaults names every default, as the README does.
func TestDefaults(t *testing.T) {
	t.Parallel()
	client := confighttp.NewDefaultClientConfig()
	client.Timeout = 15 * time.Second
	client.Compression = configcompression.TypeGzip
	client.CompressionParams.Level = 1
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval = 500 * time.Millisecond
	retry.Multiplier = 2
	retry.MaxInterval = 60 * time.Second
	retry.MaxElapsedTime = 12 * time.Hour
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.Sizer = exporterhelper.RequestSizerTypeItems
	queue.QueueSize = 50_000
	queue.NumConsumers = 10
	batch := queue.Batch.GetOrInsertDefault()
	batch.FlushTimeout = 500 * time.Millisecond
	batch.Sizer = exporterhelper.RequestSizerTypeItems
	batch.MinSize = 2_500
	batch.MaxSize = 0
	assert.Equal(t, &Config{
		WriteKey:      "minimal",
		Region:        RegionUS,
		ClientConfig:  client,
		OAuth:         configoptional.Default(oauth.NewDefaultConfig()),
		MaxRetryAfter: 5 * time.Minute,
		Translate: translate.Config{
			Scopes:      []string{"segment"},
			UserID:      []string{"user.id", "enduser.id"},
			AnonymousID: []string{"enduser.pseudo.id"},
			Attributes:  translate.AttributesConfig{Send: true, Keys: translate.KeysNest},
			Context:     translate.ContextConfig{Trace: true, URLQuery: true},
		},
		QueueConfig: configoptional.Some(queue),
		RetryConfig: retry,
	}, loadConfig(t, "segment"))
}

func TestFullConfig(t *testing.T) {
	t.Parallel()
	expected := createDefaultConfig().(*Config)
	expected.WriteKey = "full"
	expected.Region = RegionEU
	expected.ClientConfig.Endpoint = "https://segment.example/proxy/"
	expected.ClientConfig.Timeout = 3 * time.Second
	expected.ClientConfig.Compression = configcompression.TypeZstd
	expected.ClientConfig.CompressionParams.Level = 3
	expected.ClientConfig.ProxyURL = "http://proxy.example:3128"
	expected.ClientConfig.Headers = configopaque.MapList{{Name: "X-Team", Value: "growth"}}
	section := oauth.NewDefaultConfig()
	section.ClientID = "client"
	section.KeyID = "key"
	section.PrivateKeyFile = "/etc/segment/key.pem"
	section.Scope = "other:scope"
	section.ClientConfig.Endpoint = "https://auth.example"
	section.ClientConfig.Timeout = 4 * time.Second
	expected.OAuth = configoptional.Some(section)
	expected.MaxRetryAfter = 10 * time.Minute
	expected.Translate = translate.Config{
		Scopes:      []string{"segment", "analytics"},
		Events:      []translate.EventConfig{{Match: "shop.*"}, {Match: "browser.navigation", Type: translate.Page}},
		UserID:      []string{"app.user"},
		AnonymousID: []string{"app.visitor"},
		GroupID:     []string{"app.account"},
		Attributes:  translate.AttributesConfig{Include: []string{"http.route"}, Exclude: []string{"card"}, Keys: translate.KeysKeep},
		Context:     translate.ContextConfig{IP: true, Location: true},
	}
	queue := newDefaultQueueConfig()
	queue.QueueSize = 5_000
	queue.NumConsumers = 3
	storage := component.MustNewID("file_storage")
	queue.StorageID = &storage
	batch := queue.Batch.Get()
	batch.FlushTimeout, batch.MinSize, batch.MaxSize = time.Second, 10, 20
	expected.QueueConfig = configoptional.Some(queue)
	expected.RetryConfig.InitialInterval = time.Second
	expected.RetryConfig.MaxElapsedTime = 0
	assert.Equal(t, expected, loadConfig(t, "segment/full"))
}

func TestQueueAndRetryOff(t *testing.T) {
	t.Parallel()
	cfg := loadConfig(t, "segment/no_queue")
	assert.False(t, cfg.QueueConfig.HasValue())
	assert.False(t, cfg.RetryConfig.Enabled)
}

// TestEveryKey has every key of the README, so that none of them counts as unknown.
func TestEveryKey(t *testing.T) {
	t.Parallel()
	cfg := loadConfig(t, "segment/every_key")
	assert.True(t, cfg.QueueConfig.Get().WaitForResult)
	assert.Equal(t, 300*time.Second, cfg.RetryConfig.MaxInterval)
}

// TestNulls has sections without content, which stay as they are.
func TestNulls(t *testing.T) {
	t.Parallel()
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"write_key": "minimal", "sending_queue": nil, "translate": nil, "headers": nil, "tls": nil, "retry_on_failure": nil,
	}).Unmarshal(cfg))
	assert.Equal(t, loadConfig(t, "segment"), cfg)
}

// TestOAuthOff leaves the Authorization header to other settings.
func TestOAuthOff(t *testing.T) {
	t.Parallel()
	cfg := loadConfig(t, "segment/oauth_off")
	assert.False(t, cfg.OAuth.HasValue())
	assert.Nil(t, cfg.oauth())
}

// TestInvalid has a row for every message, and each message names the YAML key.
func TestInvalid(t *testing.T) {
	t.Parallel()
	withOAuth := func(more map[string]any) map[string]any {
		settings := map[string]any{"oauth": map[string]any{"client_id": "client", "key_id": "key", "private_key_file": "key.pem"}}
		maps.Copy(settings, more)
		return settings
	}
	for name, c := range map[string]struct {
		settings map[string]any
		expected []string
	}{
		"no write key": {
			map[string]any{"write_key": ""},
			[]string{"write_key: must be set to the write key of a Segment source"},
		},
		"unknown region": {
			map[string]any{"region": "ap"},
			[]string{"'region'", `unknown region "ap": must be us or eu`},
		},
		"endpoint without scheme": {
			map[string]any{"endpoint": "api.segment.io"},
			[]string{"endpoint: must be an http:// or https:// URL"},
		},
		"endpoint with another scheme": {
			map[string]any{"endpoint": "ftp://user:secret@host"},
			[]string{"endpoint: must be an http:// or https:// URL"},
		},
		"endpoint that is no URL": {
			map[string]any{"endpoint": "http://user:secret@a b"},
			[]string{"endpoint: must be an http:// or https:// URL"},
		},
		"endpoint with a query": {
			map[string]any{"endpoint": "https://host/?"},
			[]string{"endpoint: must have neither query nor fragment"},
		},
		"endpoint with a fragment": {
			map[string]any{"endpoint": "https://host/#"},
			[]string{"endpoint: must have neither query nor fragment"},
		},
		"endpoint with credentials": {
			map[string]any{"endpoint": "https://secret:@host/"},
			[]string{"endpoint: must have no user or password"},
		},
		"endpoint with the path of the API": {
			map[string]any{"endpoint": "https://api.segment.io/v1/batch/"},
			[]string{"endpoint: must not end in /v1/batch"},
		},
		"negative timeout": {
			map[string]any{"timeout": "-1s"},
			[]string{"timeout: must not be negative"},
		},
		"blank write key": {
			map[string]any{"write_key": " \n"},
			[]string{"write_key: must be set to the write key of a Segment source"},
		},
		"write key of two words": {
			map[string]any{"write_key": "secret key"},
			[]string{"write_key: must be one word"},
		},
		"oauth without settings": {
			map[string]any{"oauth": map[string]any{}},
			[]string{"oauth: client_id: must be set\n", "key_id: must be set\n", "private_key_file: must be set, or private_key"},
		},
		"oauth that cannot work": {
			map[string]any{"oauth": map[string]any{
				"client_id": "c", "key_id": "k", "private_key_file": "key.pem", "private_key": "secret", "scope": "",
				"endpoint": "https://secret@host", "timeout": "-1s", "proxy_url": "secret", "headers": map[string]any{"Host": "secret"},
			}},
			[]string{
				"oauth: private_key: must not be set beside private_key_file", "scope: must be set",
				"endpoint: must have no user or password", "timeout: must not be negative", "proxy_url: must be", "headers::Host: must not",
			},
		},
		"oauth beside another authenticator": {
			withOAuth(map[string]any{"auth": map[string]any{"authenticator": "basicauth"}}),
			[]string{"auth: must not be set beside oauth, both write the Authorization header"},
		},
		"oauth beside an Authorization header": {
			withOAuth(map[string]any{"headers": map[string]any{"authorization": "secret"}}),
			[]string{"headers::authorization: must not be set beside oauth, which writes this header"},
		},
		"event type": {
			map[string]any{"translate": map[string]any{"events": []any{map[string]any{"match": "x", "type": "purchase"}}}},
			[]string{"translate.events[0]", `unknown message type "purchase": must be identify, track, page, screen, group or alias`},
		},
		"event without match": {
			map[string]any{"translate": map[string]any{"events": []any{map[string]any{"type": "track"}}}},
			[]string{"translate::events::0: match: must be an event name or a glob such as shop.*"},
		},
		"empty names": {
			map[string]any{"translate": map[string]any{
				"scopes": []any{""}, "user_id": []any{"a", " "}, "anonymous_id": []any{""}, "group_id": []any{""},
				"attributes": map[string]any{"include": []any{""}, "exclude": []any{""}},
			}},
			[]string{
				"translate: scopes: entry 1 is empty", "user_id: entry 2 is empty", "anonymous_id: entry 1 is empty",
				"group_id: entry 1 is empty", "translate::attributes: include: entry 1 is empty", "exclude: entry 1 is empty",
			},
		},
		"key style": {
			map[string]any{"translate": map[string]any{"attributes": map[string]any{"keys": "flat"}}},
			[]string{`unknown key style "flat": must be nest or keep`},
		},
		"retries end before a pause": {
			map[string]any{"max_retry_after": "10m", "retry_on_failure": map[string]any{"max_elapsed_time": "10m"}},
			[]string{"retry_on_failure::max_elapsed_time: 10m0s must be longer than max_retry_after (10m0s)"},
		},
		"retries end before there is a token": {
			map[string]any{
				"max_retry_after": "1m", "retry_on_failure": map[string]any{"max_elapsed_time": "2m"},
				"oauth": map[string]any{"client_id": "c", "key_id": "k", "private_key_file": "f"},
			},
			[]string{"retry_on_failure::max_elapsed_time: 2m0s must be longer than 5m0s, for which oauth may have no access token"},
		},
		"proxy that is no URL": {
			map[string]any{"proxy_url": "http://user:secret@a b"},
			[]string{"proxy_url: must be an http://, https:// or socks5:// URL"},
		},
		"headers that the exporter writes": {
			map[string]any{"headers": map[string]any{"content-encoding": "secret", "Content-Type": "secret", "X-Team": "growth"}},
			[]string{
				"headers::content-encoding: must not be set, it describes the body, which the exporter writes",
				"headers::Content-Type: must not be set",
			},
		},
		"headers that the exporter writes, as a list": {
			map[string]any{"headers": []any{map[string]any{"name": "Transfer-Encoding", "value": "secret"}}},
			[]string{"headers::Transfer-Encoding: must not be set, it is about the connection"},
		},
		"negative pause": {
			map[string]any{"max_retry_after": "-1s"},
			[]string{"max_retry_after: must not be negative"},
		},
		"all at once": {
			map[string]any{"write_key": "", "endpoint": "x", "max_retry_after": "13h"},
			[]string{"write_key: ", "endpoint: ", "retry_on_failure::max_elapsed_time: "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := createDefaultConfig().(*Config)
			cfg.WriteKey = "key"
			err := confmap.NewFromStringMap(c.settings).Unmarshal(cfg)
			if err == nil {
				err = confmap.Validate(cfg)
			}
			require.Error(t, err)
			for _, expected := range c.expected {
				assert.Contains(t, err.Error(), expected)
			}
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}

// TestUnknownKeys has a typo in each section, be it one of ours or of the Collector.
func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	typo := map[string]any{"typo": "secret"}
	in := func(section string, settings any) map[string]any { return map[string]any{section: settings} }
	for name, settings := range map[string]map[string]any{
		"segmentexporter.Config":  typo,
		"translate":               in("translate", typo),
		"translate.attributes":    in("translate", in("attributes", typo)),
		"translate.context":       in("translate", in("context", typo)),
		"translate.events[0]":     in("translate", in("events", []any{map[string]any{"match": "a", "typo": "secret"}})),
		"retry_on_failure":        in("retry_on_failure", typo),
		"sending_queue":           in("sending_queue", typo),
		"batch":                   in("sending_queue", in("batch", typo)),
		"tls":                     in("tls", typo),
		"compression_params":      in("compression_params", typo),
		"headers[0]":              in("headers", []any{typo}),
		"auth":                    in("auth", typo),
		"keepalive":               in("keepalive", typo),
		"oauth.Config":            in("oauth", typo),
		"oauth":                   in("oauth", in("tls", typo)),
		"sending_queue, when off": in("sending_queue", map[string]any{"enabled": false, "typo": "secret"}),
		"oauth, when off":         in("oauth", map[string]any{"enabled": false, "typo": "secret"}),
	} {
		err := confmap.NewFromStringMap(settings).Unmarshal(createDefaultConfig())
		require.ErrorContains(t, err, "has invalid keys: typo", name)
		section, _, _ := strings.Cut(name, ",")
		require.ErrorContains(t, err, "'"+section, name)
		assert.NotContains(t, err.Error(), "secret")
	}
}

func TestRetryBudget(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Config){
		"without end": func(c *Config) { c.RetryConfig.MaxElapsedTime = 0 },
		"off": func(c *Config) {
			c.RetryConfig.Enabled = false
			c.RetryConfig.MaxElapsedTime = 2 * time.Minute
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := createDefaultConfig().(*Config)
			cfg.WriteKey = "key"
			change(cfg)
			assert.NoError(t, confmap.Validate(cfg))
		})
	}
}

// TestCompressionWithoutLevels works without a word about the level.
func TestCompressionWithoutLevels(t *testing.T) {
	t.Parallel()
	for _, compression := range []string{"gzip", "zstd", "snappy", "lz4", "x-snappy-framed", "deflate", "zlib", "none"} {
		cfg := createDefaultConfig().(*Config)
		cfg.WriteKey = "key"
		require.NoError(t, confmap.NewFromStringMap(map[string]any{"compression": compression}).Unmarshal(cfg), compression)
		assert.NoError(t, confmap.Validate(cfg), compression)
	}
}
