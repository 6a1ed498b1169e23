package exporter

import (
	"encoding/base64"
	"errors"
	"strings"
)

const redacted = "[REDACTED]"

// newRedacter takes the write key out of what a server says, as it is and in the encodings of HTTP headers.
func newRedacter(key string) *strings.Replacer {
	if key == "" {
		return strings.NewReplacer()
	}
	var forms []string
	for _, form := range [...]string{
		key,
		base64.StdEncoding.EncodeToString([]byte(key + ":")),
		base64.RawStdEncoding.EncodeToString([]byte(key)),
		base64.RawURLEncoding.EncodeToString([]byte(key)),
	} {
		forms = append(forms, form, redacted)
	}
	return strings.NewReplacer(forms...)
}

// redact takes out of the words of a server what it must not repeat: the write key and what it was sent in this attempt.
func (e *Exporter) redact(words string, a *attempt) string {
	for _, credential := range a.credentials {
		if credential != "" {
			words = strings.ReplaceAll(words, credential, redacted)
		}
	}
	return e.redacter.Replace(words)
}

// redactError is for the errors of the HTTP client, which repeat what a server says that does not speak HTTP.
func (e *Exporter) redactError(err error, a *attempt) error {
	if text := e.redact(err.Error(), a); text != err.Error() {
		return errors.New(text)
	}
	return err
}
