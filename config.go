package segmentexporter

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/otel-segment/segmentexporter/translate"
)

// Config is the `segment` section of the exporters.
type Config struct {
	// WriteKey is the write key of the Segment source that the messages go to. Required.
	WriteKey configopaque.String `mapstructure:"write_key"`

	// Region is where the Segment workspace lives: us or eu. The wrong one accepts everything and delivers nothing.
	// Default: us.
	Region Region `mapstructure:"region"`

	// ClientConfig is the HTTP client. `endpoint` overrides the region; `/v1/batch` is added to its path.
	// Defaults: timeout 15s, compression gzip at level 1.
	ClientConfig confighttp.ClientConfig `mapstructure:",squash"`

	// MaxRetryAfter is the longest pause that a server can ask for. Default: 5m.
	MaxRetryAfter time.Duration `mapstructure:"max_retry_after"`

	// Translate says which records are messages and what goes into them.
	Translate translate.Config `mapstructure:"translate"`

	// QueueConfig is the queue in front of the uploads, and how batches are made from it.
	QueueConfig configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`

	// RetryConfig is how often and how long an upload that failed is tried again.
	RetryConfig configretry.BackOffConfig `mapstructure:"retry_on_failure"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Region is where a Segment workspace lives.
type Region string

const (
	// RegionUS is the default region, in Oregon.
	RegionUS Region = "us"
	// RegionEU is the region in Dublin.
	RegionEU Region = "eu"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Region) UnmarshalText(text []byte) error {
	switch region := Region(text); region {
	case RegionUS, RegionEU:
		*r = region
		return nil
	default:
		return fmt.Errorf("unknown region %q: must be us or eu", text)
	}
}

// endpoint is the base URL of the tracking API of the region.
func (r Region) endpoint() string {
	if r == RegionEU {
		return "https://events.eu1.segmentapis.com"
	}
	return "https://api.segment.io"
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
		MaxRetryAfter: 5 * time.Minute,
		Translate:     translate.NewDefaultConfig(),
		QueueConfig:   configoptional.Some(newDefaultQueueConfig()),
		RetryConfig:   retry,
	}
}

// newDefaultQueueConfig counts in records, so that the size means the same whatever the senders' batches are.
func newDefaultQueueConfig() exporterhelper.QueueBatchConfig {
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.Sizer = exporterhelper.RequestSizerTypeItems
	queue.QueueSize = 50_000
	queue.Batch = configoptional.Some(exporterhelper.BatchConfig{
		FlushTimeout: 500 * time.Millisecond,
		Sizer:        exporterhelper.RequestSizerTypeItems,
		MinSize:      1_000,
		MaxSize:      2_500,
	})
	return queue
}

// Validate reports every problem that is not one of a nested section.
func (c *Config) Validate() error {
	return errors.Join(c.validateWriteKey(), c.validateEndpoint(), c.validateRetry())
}

func (c *Config) validateWriteKey() error {
	if c.WriteKey == "" {
		return errors.New("write_key: must be set to the write key of a Segment source")
	}
	return nil
}

func (c *Config) validateEndpoint() error {
	if c.ClientConfig.Endpoint == "" {
		return nil
	}
	u, err := url.Parse(c.ClientConfig.Endpoint)
	switch {
	case err != nil:
		return fmt.Errorf("endpoint: must be an http:// or https:// URL: %w", err)
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("endpoint: must be an http:// or https:// URL, found %q", u.Redacted())
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("endpoint: must have neither query nor fragment, because /v1/batch is added to its path")
	}
	return nil
}

func (c *Config) validateRetry() error {
	if c.MaxRetryAfter < 0 {
		return errors.New("max_retry_after: must not be negative")
	}
	if limit := c.RetryConfig.MaxElapsedTime; c.RetryConfig.Enabled && limit != 0 && limit <= c.MaxRetryAfter {
		return fmt.Errorf("retry_on_failure::max_elapsed_time: %s must be longer than max_retry_after (%s), "+
			"or a single pause that the server asks for drops the messages; 0 retries without end", limit, c.MaxRetryAfter)
	}
	return nil
}
