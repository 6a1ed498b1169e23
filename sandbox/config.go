package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-segment/segmentexporter/internal/strictconf"
)

// Config is the configuration of the segment_sandbox extension.
type Config struct {
	// ServerConfig is the HTTP server. Its endpoint defaults to localhost:9100.
	ServerConfig confighttp.ServerConfig `mapstructure:",squash"`

	// MaxMessages is how many messages are kept; the oldest go first. Default: 10000.
	MaxMessages int `mapstructure:"max_messages"`

	// WriteKeys are the write keys that may upload. Default: empty, any key may, unless there are Sources.
	WriteKeys []configopaque.String `mapstructure:"write_keys"`

	// Sources are the sources that may upload too, by the names under which they are shown. Default: empty.
	Sources map[string]SourceConfig `mapstructure:"sources"`

	// OAuth is the authorization server. Default: off, and uploads need no token.
	OAuth configoptional.Optional[OAuthConfig] `mapstructure:"oauth"`

	_ struct{}
}

// SourceConfig is the configuration of one of Segment's sources.
type SourceConfig struct {
	// WriteKey is what the source uploads with.
	WriteKey configopaque.String `mapstructure:"write_key"`

	_ struct{}
}

// OAuthConfig is the configuration of the authorization server.
type OAuthConfig struct {
	// PublicKeyFile holds the public keys of the clients in PEM form. Changes take effect without a restart.
	PublicKeyFile string `mapstructure:"public_key_file"`

	// ClientID is the only client that gets a token. Default: empty, any does.
	ClientID string `mapstructure:"client_id"`

	// KeyID is the only key id that a client may name. Default: empty, any may be named.
	KeyID string `mapstructure:"key_id"`

	// TokenLifetime is how long a token is valid. Default: 24h.
	TokenLifetime time.Duration `mapstructure:"token_lifetime"`

	_ struct{}
}

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = "localhost:9100"
	return &Config{
		ServerConfig: server,
		MaxMessages:  10_000,
		OAuth:        configoptional.Default(OAuthConfig{TokenLifetime: 24 * time.Hour}),
	}
}

// Unmarshal refuses keys that do not exist.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	return strictconf.Unmarshal(conf, c)
}

// Validate checks the settings of the sandbox itself; those of the HTTP server check themselves.
func (c *Config) Validate() error {
	errs := []error{strictconf.ValidateDurations(&c.ServerConfig)}
	if c.ServerConfig.NetAddr.Endpoint == "" {
		// An empty address would listen on every interface, on a port nobody knows.
		errs = append(errs, errors.New("endpoint: must be specified"))
	}
	if c.MaxMessages <= 0 {
		errs = append(errs, fmt.Errorf("max_messages: must be greater than 0, got %d", c.MaxMessages))
	}
	for i, key := range c.WriteKeys {
		if key == "" {
			errs = append(errs, fmt.Errorf("write_keys[%d]: must not be empty", i))
		}
	}
	return errors.Join(append(errs, c.validateSources()...)...)
}

func (c *Config) validateSources() []error {
	var errs []error
	known := map[configopaque.String]string{}
	for _, name := range slices.Sorted(maps.Keys(c.Sources)) {
		key := c.Sources[name].WriteKey
		if name == "" {
			errs = append(errs, errors.New("sources: a name must not be empty"))
		}
		if other, twice := known[key]; twice && key != "" {
			errs = append(errs, fmt.Errorf("sources: %s and %s have the same write_key", other, name))
		}
		known[key] = name
	}
	return errs
}

// Validate checks the settings of a source.
func (c *SourceConfig) Validate() error {
	if c.WriteKey == "" {
		return errors.New("write_key: must be specified")
	}
	return nil
}

// Validate checks the settings of the authorization server. The file is read at the start.
func (c *OAuthConfig) Validate() error {
	var errs []error
	if c.PublicKeyFile == "" {
		errs = append(errs, errors.New("public_key_file: must be specified"))
	}
	if c.TokenLifetime < time.Second {
		errs = append(errs, fmt.Errorf("token_lifetime: must be 1s or more, got %s", c.TokenLifetime))
	}
	return errors.Join(errs...)
}
