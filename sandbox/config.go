package sandbox

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
)

// Config of the segment_sandbox extension.
type Config struct {
	// ServerConfig is the HTTP server. Its endpoint defaults to localhost:9100.
	ServerConfig confighttp.ServerConfig `mapstructure:",squash"`

	// MaxMessages is how many messages are kept; the oldest go first. Default: 10000.
	MaxMessages int `mapstructure:"max_messages"`

	// WriteKeys are the write keys that may upload. Default: empty, any key may.
	WriteKeys []configopaque.String `mapstructure:"write_keys"`

	_ struct{}
}

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = "localhost:9100"
	return &Config{ServerConfig: server, MaxMessages: 10_000}
}

// Validate checks the settings of the sandbox itself; those of the HTTP server check themselves.
func (c *Config) Validate() error {
	var errs []error
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
	return errors.Join(errs...)
}
