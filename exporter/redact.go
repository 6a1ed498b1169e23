package exporter

import (
	"encoding/base64"
	"errors"
)

// formsOfKey are the write key, as it is and in the encodings of HTTP headers.
func formsOfKey(key string) []string {
	if key == "" {
		return nil
	}
	forms := []string{key}
	for _, encoding := range [...]*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		forms = append(forms, encoding.EncodeToString([]byte(key)), encoding.EncodeToString([]byte(key+":")))
	}
	return forms
}

// redact takes out of the words of a server what it must not repeat: the secrets of the configuration and what it was sent
// in this attempt.
func (e *Exporter) redact(words string, a *attempt) string {
	return e.redacter.Redact(words, a.credentials...)
}

// redactError is for the errors of the HTTP client, which repeat what a server says that does not speak HTTP.
func (e *Exporter) redactError(err error, a *attempt) error {
	if text := e.redact(err.Error(), a); text != err.Error() {
		return errors.New(text)
	}
	return err
}
