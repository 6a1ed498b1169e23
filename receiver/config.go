package receiver

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-segment/segmentexporter/internal/strictconf"
)

// Config is the `segment` section of the receivers.
type Config struct {
	// ServerConfig is the HTTP server. Defaults: endpoint localhost:9080, max_request_body_size 4 MiB before and after
	// decompression, read_header_timeout 10s, read_timeout 60s, write_timeout 90s, and cors for browsers of any origin.
	ServerConfig confighttp.ServerConfig `mapstructure:",squash"`

	// PathPrefix is what the paths of the tracking API are below, such as /segment. Default: empty.
	PathPrefix string `mapstructure:"path_prefix"`

	// Sources are those whose write keys may send. Default: none, and any write key may.
	Sources []SourceConfig `mapstructure:"sources"`

	// ForwardWriteKey adds the write key to the records, as resource attribute `segment.write_key`. Default: false.
	ForwardWriteKey bool `mapstructure:"forward_write_key"`

	// ClockSkew says what happens to the times of senders whose clock is wrong: correct or off. Default: correct.
	ClockSkew ClockSkew `mapstructure:"clock_skew"`

	// ClockSkewMin is the smallest difference that is corrected. Default: 0s.
	ClockSkewMin time.Duration `mapstructure:"clock_skew_min"`

	// MalformedJSON says what happens to a batch that is not JSON: salvage or refuse. Default: salvage.
	MalformedJSON MalformedJSON `mapstructure:"malformed_json"`

	// RetryAfter is how long a sender is asked to wait when its messages cannot be taken now, give or take a fifth. 1s to 300s;
	// default: 10s.
	RetryAfter time.Duration `mapstructure:"retry_after"`

	// ClientIP says whether messages of devices carry the address that they came from.
	ClientIP ClientIPConfig `mapstructure:"client_ip"`

	// Settings are what browsers and phones ask for before they send anything.
	Settings SettingsConfig `mapstructure:"settings"`

	// unfilled are settings that were there without a value when the section was decoded.
	unfilled strictconf.Unfilled

	// prevent unkeyed literal initialization
	_ struct{}
}

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = "localhost:9080"
	server.MaxRequestBodySize = 4 << 20
	server.ReadHeaderTimeout = 10 * time.Second
	server.ReadTimeout = time.Minute
	// It begins with the header of the request, so it must leave time for an answer behind read_timeout.
	server.WriteTimeout = 90 * time.Second
	server.CORS = configoptional.Some(newDefaultCORS())
	return &Config{
		ServerConfig:  server,
		ClockSkew:     ClockSkewCorrect,
		MalformedJSON: MalformedJSONSalvage,
		RetryAfter:    10 * time.Second,
		ClientIP:      ClientIPConfig{Mode: ClientIPHide},
		Settings: SettingsConfig{
			Mode:     SettingsOff,
			Upstream: "https://cdn-settings.segment.com",
			MaxAge:   5 * time.Minute,
		},
	}
}

// Unmarshal refuses keys that do not exist, and lets Validate refuse those without a value.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	c.unfilled = strictconf.TakeUnfilled(conf, c, "endpoint")
	return strictconf.Unmarshal(conf, c)
}

// Validate reports every problem that is not one of a nested section.
func (c *Config) Validate() error {
	return errors.Join(
		c.unfilled.Err(),
		strictconf.ValidateDurations(c),
		c.validateServer(),
		c.validatePathPrefix(),
		c.validateSources(),
		c.validateRetryAfter(),
		c.validateSettings(),
	)
}

func (c *Config) validateServer() error {
	var errs []error
	// An empty address would listen on every interface, on a port nobody knows.
	if c.ServerConfig.NetAddr.Endpoint == "" && !c.unfilled.Has("endpoint") {
		errs = append(errs, errors.New("endpoint: must be specified"))
	}
	if c.ServerConfig.MaxRequestBodySize <= 0 {
		errs = append(errs, fmt.Errorf("max_request_body_size: must be greater than 0, got %d", c.ServerConfig.MaxRequestBodySize))
	}
	return errors.Join(errs...)
}

func (c *Config) validatePathPrefix() error {
	if c.PathPrefix != "" && !strings.HasPrefix(c.PathPrefix, "/") || strings.ContainsAny(c.PathPrefix, "?#% ") {
		return errors.New("path_prefix: must be a path that begins with / and has no ?, #, % or space in it, such as /segment")
	}
	return nil
}

// Limits of retry_after. What the libraries of Segment do with a longer one differs.
const (
	minRetryAfter = time.Second
	maxRetryAfter = 300 * time.Second
)

func (c *Config) validateRetryAfter() error {
	if c.RetryAfter < minRetryAfter || c.RetryAfter > maxRetryAfter {
		return fmt.Errorf("retry_after: must be between %s and %s, got %s", minRetryAfter, maxRetryAfter, c.RetryAfter)
	}
	return nil
}
