package segmentexporter

import (
	"errors"
	"strings"
	"unicode"

	"go.opentelemetry.io/collector/config/configopaque"
)

// trimmed is a key without what a file adds to it: mounted secrets often end in a new line.
func trimmed(writeKey configopaque.String) configopaque.String {
	return configopaque.String(strings.TrimSpace(string(writeKey)))
}

// validateWriteKey takes no key for a problem only where there are no other sources.
func (c *Config) validateWriteKey() error {
	if c.unfilled.Has("write_key") || c.WriteKey == "" && len(c.Sources) > 0 {
		return nil
	}
	return validateWriteKey(c.WriteKey)
}

func validateWriteKey(writeKey configopaque.String) error {
	key := string(trimmed(writeKey))
	switch {
	case key == "":
		return errors.New("write_key: must be set to the write key of a Segment source")
	case strings.ContainsFunc(key, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return errors.New("write_key: must be one word, without white space in it")
	case strings.HasPrefix(key, "$"):
		return errors.New("write_key: must be a key, not the name of a variable; a reference to one is ${env:NAME}")
	case strings.ContainsAny(key, "\"'`´‘’‚‹›“”„«»"):
		return errors.New("write_key: must be without quotes; in a file of environment variables they can count as a part of the value")
	}
	return nil
}
