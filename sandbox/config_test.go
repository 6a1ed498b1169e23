package sandbox

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
)

func TestDefaultConfig(t *testing.T) {
	t.Parallel()
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = "localhost:9100"
	cfg := NewFactory().CreateDefaultConfig()
	assert.Equal(t, &Config{
		ServerConfig: server,
		MaxMessages:  10_000,
		OAuth:        configoptional.Default(OAuthConfig{TokenLifetime: 24 * time.Hour}),
	}, cfg)
	assert.NoError(t, confmap.Validate(cfg))
}

func TestUnmarshalConfig(t *testing.T) {
	t.Parallel()
	conf := confmap.NewFromStringMap(map[string]any{
		"endpoint":      "localhost:9200",
		"read_timeout":  "7s",
		"max_messages":  5,
		"write_keys":    []any{"one", "two"},
		"sources":       map[string]any{"web": map[string]any{"write_key": "three"}},
		"write_timeout": "8s",
		"oauth": map[string]any{
			"public_key_file": "keys.pem", "client_id": "client", "key_id": "key", "token_lifetime": "1h",
		},
	})
	cfg := createDefaultConfig()
	require.NoError(t, conf.Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))

	want := createDefaultConfig().(*Config)
	want.ServerConfig.NetAddr.Endpoint = "localhost:9200"
	want.ServerConfig.ReadTimeout = 7e9
	want.ServerConfig.WriteTimeout = 8e9
	want.MaxMessages = 5
	want.WriteKeys = []configopaque.String{"one", "two"}
	want.Sources = map[string]SourceConfig{"web": {WriteKey: "three"}}
	want.OAuth = configoptional.Some(OAuthConfig{
		PublicKeyFile: "keys.pem", ClientID: "client", KeyID: "key", TokenLifetime: time.Hour,
	})
	assert.Equal(t, want, cfg)
}

func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	for section, settings := range map[string]map[string]any{
		"sandbox.Config": {"max_message": 5},
		"oauth":          {"oauth": map[string]any{"max_message": 5}},
		"cors":           {"cors": map[string]any{"max_message": 5}},
	} {
		err := confmap.NewFromStringMap(settings).Unmarshal(createDefaultConfig())
		require.ErrorContains(t, err, "'"+section+"'")
		assert.ErrorContains(t, err, "has invalid keys: max_message")
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		edit func(*Config)
		want []string
	}{
		{"no endpoint", func(c *Config) { c.ServerConfig.NetAddr.Endpoint = "" }, []string{"endpoint: must be specified"}},
		{"no messages", func(c *Config) { c.MaxMessages = 0 }, []string{"max_messages: must be greater than 0, got 0"}},
		{"empty write key", func(c *Config) { c.WriteKeys = []configopaque.String{"a", ""} }, []string{"write_keys[1]: must not be empty"}},
		{"source without a key", func(c *Config) { c.Sources = map[string]SourceConfig{"web": {}, "ios": {}} }, []string{
			"sources::web: write_key: must be specified", "sources::ios: write_key: must be specified",
		}},
		{"source without a name", func(c *Config) { c.Sources = map[string]SourceConfig{"": {WriteKey: "a"}} }, []string{"sources: a name must not be empty"}},
		{"sources with one key", func(c *Config) { c.Sources = map[string]SourceConfig{"web": {WriteKey: "a"}, "ios": {WriteKey: "a"}} }, []string{
			"sources: ios and web have the same write_key",
		}},
		{"duration without a unit", func(c *Config) { c.ServerConfig.ReadTimeout = 15 }, []string{"read_timeout: 15ns is too short"}},
		{"nested", func(c *Config) { c.ServerConfig.NetAddr.Transport = "pigeon" }, []string{"invalid transport type"}},
		{"no public keys", func(c *Config) { c.OAuth.GetOrInsertDefault() }, []string{"oauth: public_key_file: must be specified"}},
		{"token lifetime", func(c *Config) {
			c.OAuth = configoptional.Some(OAuthConfig{TokenLifetime: time.Second - 1})
		}, []string{"public_key_file: must be specified", "token_lifetime: must be 1s or more, got 999.999999ms"}},
		{"all at once", func(c *Config) {
			c.MaxMessages = -1
			c.WriteKeys = []configopaque.String{""}
		}, []string{"max_messages: must be greater than 0, got -1", "write_keys[0]: must not be empty"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := createDefaultConfig().(*Config)
			tt.edit(cfg)
			err := confmap.Validate(cfg)
			for _, want := range tt.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}
