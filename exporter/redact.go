package exporter

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/confighttp"
)

const redacted = "[REDACTED]"

// newRedacter takes the secrets of the configuration out of what a server says: the write key, as it is and in the
// encodings of HTTP headers, and the values of the user's own headers.
func newRedacter(key string, client confighttp.ClientConfig) *strings.Replacer {
	var secrets []string
	if key != "" {
		secrets = append(secrets, key)
		for _, encoding := range [...]*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			secrets = append(secrets, encoding.EncodeToString([]byte(key)), encoding.EncodeToString([]byte(key+":")))
		}
	}
	for _, header := range client.Headers {
		value := string(header.Value)
		secrets = append(secrets, value)
		// The scheme in front of a credential may be lost on the way.
		if _, credential, ok := strings.Cut(value, " "); ok {
			secrets = append(secrets, credential)
		}
	}
	// Longer ones first: one can be the beginning of another.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, secret := range secrets {
		// A shorter one is no secret, and would take letters out of words.
		if len(secret) >= 4 {
			pairs = append(pairs, secret, redacted)
		}
	}
	return strings.NewReplacer(pairs...)
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
