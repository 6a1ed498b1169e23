package segmentexporter

import "github.com/otel-segment/segmentexporter/internal/writekey"

// validateWriteKey checks the write key. It may be missing when there are other sources.
func (c *Config) validateWriteKey() error {
	if c.unfilled.Has("write_key") || c.WriteKey == "" && len(c.Sources) > 0 {
		return nil
	}
	return writekey.Validate(c.WriteKey)
}
