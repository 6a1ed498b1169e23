package receiver

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-segment/segmentexporter/internal/writekey"
)

// SourceConfig is an entry of `sources`: a Segment source whose libraries may send.
type SourceConfig struct {
	// Name is what records carry as resource attribute `segment.source`. Required.
	Name string `mapstructure:"name"`

	// WriteKey is what its libraries send. Required.
	WriteKey configopaque.String `mapstructure:"write_key"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// validateSources reports the problems of all entries. The entries have no Validate of their own, because only the section of
// the receiver knows which of their settings have no value.
func (c *Config) validateSources() error {
	var errs []error
	names, keys := map[string]int{}, map[configopaque.String]int{}
	for i := range c.Sources {
		entry := fmt.Sprintf("sources[%d]::", i)
		name, key := c.Sources[i].Name, writekey.Trim(c.Sources[i].WriteKey)
		if !c.unfilled.Has(entry + "name") {
			errs = append(errs, within(entry, validateName(name)))
			if other, twice := names[name]; twice && name != "" {
				errs = append(errs, fmt.Errorf("%sname: is that of sources[%d] too", entry, other))
			}
			names[name] = i
		}
		if !c.unfilled.Has(entry + "write_key") {
			errs = append(errs, within(entry, writekey.Validate(key)))
			if other, twice := keys[key]; twice && key != "" {
				errs = append(errs, fmt.Errorf("%swrite_key: is that of sources[%d] too", entry, other))
			}
			keys[key] = i
		}
	}
	return errors.Join(errs...)
}

func validateName(name string) error {
	if name == "" || name != strings.TrimSpace(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return errors.New("name: must not be empty, and have no white space around it or control characters in it")
	}
	return nil
}

func within(entry string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s%w", entry, err)
}
