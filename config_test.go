package segmentexporter

import (
	"maps"
	"path/filepath"
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
		QueueConfig: configoptional.Some(exporterhelper.QueueBatchConfig{
			Sizer:        exporterhelper.RequestSizerTypeItems,
			QueueSize:    50_000,
			NumConsumers: 10,
			Batch: configoptional.Some(exporterhelper.BatchConfig{
				FlushTimeout: 500 * time.Millisecond,
				Sizer:        exporterhelper.RequestSizerTypeItems,
				MinSize:      1_000,
				MaxSize:      2_500,
			}),
		}),
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
	queue.Batch = configoptional.Some(exporterhelper.BatchConfig{
		FlushTimeout: time.Second, Sizer: exporterhelper.RequestSizerTypeItems, MinSize: 10, MaxSize: 20,
	})
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
				"endpoint": "https://secret@host", "timeout": "-1s", "proxy_url": "secret",
			}},
			[]string{
				"oauth: private_key: must not be set beside private_key_file", "scope: must be set",
				"endpoint: must have no user or password", "timeout: must not be negative",
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
		"negative pause": {
			map[string]any{"max_retry_after": "-1s"},
			[]string{"max_retry_after: must not be negative"},
		},
		"all at once": {
			map[string]any{"write_key": "", "endpoint": "x", "max_retry_after": "13h"},
			[]string{"write_key: ", "endpoint: ", "retry_on_failure::max_elapsed_time: "},
		},
		"unknown key": {
			map[string]any{"write_keys": "x"},
			[]string{"invalid keys: write_keys"},
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
