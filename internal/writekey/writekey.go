// Package writekey has the rules for write keys in the configuration, which the exporter and the receiver share.
package writekey

import (
	"errors"
	"strings"
	"unicode"

	"go.opentelemetry.io/collector/config/configopaque"
)

// Trim returns a key without what a file adds to it: mounted secrets often end in a new line.
func Trim(writeKey configopaque.String) configopaque.String {
	return configopaque.String(strings.TrimSpace(string(writeKey)))
}

// Validate says what is wrong with the setting write_key. The error repeats nothing of the key.
func Validate(writeKey configopaque.String) error {
	key := string(Trim(writeKey))
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
