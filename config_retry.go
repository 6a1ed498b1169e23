package segmentexporter

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"

	"github.com/otel-segment/segmentexporter/internal/strictconf"
	"github.com/otel-segment/segmentexporter/oauth"
)

// validateTimes finds durations without a unit, and settings with which uploads are repeated without a wait, or dropped too
// early. It leaves out what the sections say of themselves.
func (c *Config) validateTimes() error {
	rest := *c
	// The durations of HTTP clients are checked with their other settings.
	rest.ClientConfig, rest.OAuth, rest.Sources = confighttp.ClientConfig{}, configoptional.None[oauth.Config](), nil
	if !c.RetryConfig.Enabled {
		rest.RetryConfig = configretry.BackOffConfig{}
	}
	// Which of two durations should be longer is not known before each has its unit.
	if err := strictconf.ValidateDurations(&rest); err != nil || !c.RetryConfig.Enabled {
		return err
	}
	return errors.Join(c.validateIntervals(), c.validateBudget())
}

func (c *Config) validateIntervals() error {
	var errs []error
	retry := c.RetryConfig
	switch {
	case retry.InitialInterval == 0:
		errs = append(errs, errors.New("retry_on_failure::initial_interval: must not be 0, "+
			"or uploads are tried again without a wait; enabled: false turns retries off"))
	case 0 <= retry.MaxInterval && retry.MaxInterval < retry.InitialInterval:
		errs = append(errs, fmt.Errorf("retry_on_failure::initial_interval: %s must not be longer than max_interval (%s)",
			retry.InitialInterval, retry.MaxInterval))
	}
	if 0 <= retry.Multiplier && retry.Multiplier < 1 {
		errs = append(errs, fmt.Errorf("retry_on_failure::multiplier: must be 1 or more, not %g, or the waits become shorter",
			retry.Multiplier))
	}
	return errors.Join(errs...)
}

func (c *Config) validateBudget() error {
	limit := c.RetryConfig.MaxElapsedTime
	switch {
	case limit <= 0:
		return nil
	case limit <= c.MaxRetryAfter:
		return fmt.Errorf("retry_on_failure::max_elapsed_time: %s must be longer than max_retry_after (%s), "+
			"or a single pause that the server asks for drops the messages; 0 retries without end", limit, c.MaxRetryAfter)
	case c.usesOAuth() && limit <= oauth.MaxCooldown:
		return fmt.Errorf("retry_on_failure::max_elapsed_time: %s must be longer than %s, "+
			"for which oauth may have no access token; 0 retries without end", limit, oauth.MaxCooldown)
	}
	return nil
}
