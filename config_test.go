package segmentexporter

import (
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

// TestDefaults names every default, as docs/configuration.md does.
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

// TestEveryKey has every key of docs/configuration.md, so that none of them counts as unknown.
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
	assert.Nil(t, cfg.ownDestination().oauth)
}

// TestCompressionWithoutLevels works without a word about the level.
func TestCompressionWithoutLevels(t *testing.T) {
	t.Parallel()
	for _, compression := range []string{"gzip", "zstd", "snappy", "lz4", "x-snappy-framed", "deflate", "zlib", "none"} {
		_, err := load(map[string]any{"endpoint": "https://segment.example", "compression": compression})
		assert.NoError(t, err, compression)
	}
}
