package segmentexporter

import "github.com/otel-segment/segmentexporter/internal/writekey"

// validateWriteKey takes no key for a problem only where there are no other sources.
func (c *Config) validateWriteKey() error {
	if c.unfilled.Has("write_key") || c.WriteKey == "" && len(c.Sources) > 0 {
		return nil
	}
	return writekey.Validate(c.WriteKey)
}
