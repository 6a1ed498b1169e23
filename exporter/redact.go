package exporter

import (
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/config/confighttp"

	"github.com/otel-segment/segmentexporter/translate"
)

const redacted = "[REDACTED]"

// newRedacter takes the secrets of the configuration out of what a server says: the write key, as it is and in the
// encodings of HTTP headers, the values of the user's own headers, and the login of a proxy.
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
	if proxy, err := url.Parse(client.ProxyURL); err == nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		secrets = append(secrets, password, base64.StdEncoding.EncodeToString([]byte(proxy.User.Username()+":"+password)))
	}
	var forms []string
	for _, secret := range secrets {
		// A shorter one is no secret, and would take letters out of words.
		if len(secret) >= 4 {
			forms = append(forms, formsOf(secret)...)
		}
	}
	// Longer ones first: one can be the beginning of another.
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, form := range forms {
		pairs = append(pairs, form, redacted)
	}
	return strings.NewReplacer(pairs...)
}

// formsOf are a secret, and the secret as it stands in quotes, in JSON, and in quotes within quotes.
func formsOf(secret string) []string {
	inside := func(quoted string) string { return quoted[1 : len(quoted)-1] }
	inQuotes := inside(strconv.Quote(secret))
	inJSON := inside(string(translate.AppendString(nil, secret)))
	forms := []string{secret, inQuotes, inJSON, inside(strconv.Quote(inQuotes)), inside(strconv.Quote(inJSON))}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// redact takes out of the words of a server what it must not repeat: the write key and what it was sent in this attempt.
func (e *Exporter) redact(words string, a *attempt) string {
	for _, credential := range a.credentials {
		if credential == "" {
			continue
		}
		for _, form := range formsOf(credential) {
			words = strings.ReplaceAll(words, form, redacted)
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
