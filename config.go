package segmentexporter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/internal/strictconf"
	"github.com/otel-segment/segmentexporter/oauth"
	"github.com/otel-segment/segmentexporter/translate"
)

// Config is the `segment` section of the exporters.
type Config struct {
	// WriteKey is the write key of the Segment source of the records that name none. Required, unless there are Sources.
	WriteKey configopaque.String `mapstructure:"write_key"`

	// Sources are Segment sources by the name that records give in `segment.source`. Default: none.
	Sources map[string]SourceConfig `mapstructure:"sources"`

	// Region is where the Segment workspace lives: us or eu. The wrong one accepts everything and delivers nothing.
	// Default: that of the endpoint if it is Segment's, else us.
	Region Region `mapstructure:"region"`

	// ClientConfig is the HTTP client. `endpoint` overrides the region; `/v1/batch` is added to its path.
	// Defaults: timeout 15s, compression gzip at level 1.
	ClientConfig confighttp.ClientConfig `mapstructure:",squash"`

	// OAuth is where access tokens for the uploads come from. Default: off, and uploads carry the write key only.
	OAuth configoptional.Optional[oauth.Config] `mapstructure:"oauth"`

	// MaxRetryAfter is the longest pause that a server can ask for. Default: 5m.
	MaxRetryAfter time.Duration `mapstructure:"max_retry_after"`

	// Translate says which records are messages and what goes into them.
	Translate translate.Config `mapstructure:"translate"`

	// QueueConfig is the queue in front of the uploads, and how batches are made from it.
	QueueConfig configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`

	// RetryConfig is how often and how long an upload that failed is tried again.
	RetryConfig configretry.BackOffConfig `mapstructure:"retry_on_failure"`

	// unfilled are settings that were there without a value when the section was decoded.
	unfilled strictconf.Unfilled

	// prevent unkeyed literal initialization
	_ struct{}
}

func createDefaultConfig() component.Config {
	client := confighttp.NewDefaultClientConfig()
	client.Timeout = 15 * time.Second
	client.Compression = configcompression.TypeGzip
	// Level 6 costs twice the CPU for 18 % fewer bytes.
	client.CompressionParams.Level = 1

	// The collector's five minutes would drop everything in an ordinary outage.
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval = 500 * time.Millisecond
	retry.Multiplier = 2
	retry.MaxInterval = time.Minute
	retry.MaxElapsedTime = 12 * time.Hour

	return &Config{
		Region:        RegionUS,
		ClientConfig:  client,
		OAuth:         configoptional.Default(oauth.NewDefaultConfig()),
		MaxRetryAfter: 5 * time.Minute,
		Translate:     translate.NewDefaultConfig(),
		QueueConfig:   configoptional.Some(newDefaultQueueConfig()),
		RetryConfig:   retry,
	}
}

// Unmarshal refuses keys that do not exist, lets Validate refuse those without a value, and lets defaults give way to what
// the user has set.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	c.unfilled = strictconf.TakeUnfilled(conf, c, "write_key", "region", "endpoint", "sending_queue::storage")
	if err := strictconf.Unmarshal(conf, c); err != nil {
		return err
	}
	if !conf.IsSet("region") {
		c.inferRegion()
	}
	switch c.ClientConfig.Compression {
	case configcompression.TypeSnappy, configcompression.TypeSnappyFramed, configcompression.TypeLz4:
		// These have no levels.
		if !conf.IsSet("compression_params::level") {
			c.ClientConfig.CompressionParams.Level = 0
		}
	}
	return c.fitBatches(conf)
}

// Validate reports every problem that is not one of a nested section.
func (c *Config) Validate() error {
	return errors.Join(
		c.validateFilled(),
		c.validateWriteKey(),
		c.validateSources(),
		validateEndpoint(c.ClientConfig.Endpoint),
		c.validateRegion(),
		c.validateCompression(),
		httpclient.Validate(c.ClientConfig),
		c.validateAuthorization(),
		c.validateQueue(),
		c.validateTimes(),
	)
}

// validateFilled reports settings without a value, but not those of a section that is off.
func (c *Config) validateFilled() error {
	unfilled := c.unfilled
	if !c.QueueConfig.HasValue() {
		unfilled = unfilled.Without("sending_queue")
	}
	if !c.RetryConfig.Enabled {
		unfilled = unfilled.Without("retry_on_failure")
	}
	return unfilled.Err()
}

// validateAuthorization finds settings that would replace the access token in the header.
func (c *Config) validateAuthorization() error {
	if !c.usesOAuth() {
		return nil
	}
	if c.ClientConfig.Auth.HasValue() {
		return errors.New("auth: must not be set beside oauth, both write the Authorization header")
	}
	for _, header := range c.ClientConfig.Headers {
		if strings.EqualFold(header.Name, "Authorization") {
			return fmt.Errorf("headers::%s: must not be set beside oauth, which writes this header", header.Name)
		}
	}
	return nil
}

// usesOAuth says that there is a source whose uploads need access tokens.
func (c *Config) usesOAuth() bool {
	return slices.ContainsFunc(c.destinations(), func(d destination) bool { return d.oauth != nil })
}
