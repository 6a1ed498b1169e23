package receiver

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// SettingsConfig is the `settings` section.
type SettingsConfig struct {
	// Mode is off, static or upstream. Default: off.
	Mode SettingsMode `mapstructure:"mode"`

	// APIHost is where browsers and phones reach the receiver: host and path without a scheme, such as
	// events.example.com/v1. Required unless the mode is off.
	APIHost string `mapstructure:"api_host"`

	// Upstream is the server that the settings are fetched from. Default: https://cdn-settings.segment.com.
	Upstream string `mapstructure:"upstream"`

	// MaxAge is how long settings that were fetched are used before they are fetched again. Default: 5m.
	MaxAge time.Duration `mapstructure:"max_age"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Validate reports every problem that shows in the section itself.
func (c *SettingsConfig) Validate() error {
	if c.Mode == SettingsOff {
		return nil
	}
	errs := []error{c.validateAPIHost()}
	if c.Mode == SettingsUpstream {
		u, err := url.Parse(c.Upstream)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			errs = append(errs, errors.New("upstream: must be an http:// or https:// URL without user and query"))
		}
		if c.MaxAge <= 0 {
			errs = append(errs, fmt.Errorf("max_age: must be greater than 0, got %s", c.MaxAge))
		}
	}
	return errors.Join(errs...)
}

func (c *SettingsConfig) validateAPIHost() error {
	u, err := url.Parse("https://" + c.APIHost)
	switch {
	case c.APIHost == "":
		return errors.New("api_host: must be set to the host and path that browsers and phones reach the receiver at, " +
			"such as events.example.com/v1")
	case strings.Contains(c.APIHost, "://"):
		return errors.New("api_host: must have no scheme; the libraries put https:// in front of it")
	case err != nil || u.Hostname() == "" || u.User != nil || strings.ContainsAny(c.APIHost, "?# "):
		return errors.New("api_host: must be a host and path, such as events.example.com/v1")
	}
	return nil
}

// validateSettings keeps strangers from using the receiver to ask Segment for any key.
func (c *Config) validateSettings() error {
	if c.Settings.Mode == SettingsUpstream && len(c.Sources) == 0 {
		return errors.New("sources: must be set when settings::mode is upstream, which asks Segment for the keys in it only")
	}
	return nil
}
