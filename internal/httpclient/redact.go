package httpclient

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.opentelemetry.io/collector/config/confighttp"
)

const redacted = "[REDACTED]"

// Redacter replaces secrets in the text of a server, which can repeat what it was sent.
type Redacter struct {
	known *strings.Replacer
}

// NewRedacter makes a redacter that knows the values of the client's own headers, the login of its proxy, and more secrets.
func NewRedacter(client confighttp.ClientConfig, secrets ...string) *Redacter {
	for _, header := range client.Headers {
		secrets = append(secrets, SecretsOf(string(header.Value))...)
	}
	if proxy, err := url.Parse(client.ProxyURL); err == nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		secrets = append(secrets, password, base64.StdEncoding.EncodeToString([]byte(proxy.User.Username()+":"+password)))
	}
	// What is shorter is no secret, and to replace it would make other words unreadable.
	secrets = slices.DeleteFunc(secrets, func(secret string) bool { return len(secret) < 4 })
	return &Redacter{known: replacer(secrets)}
}

// SecretsOf are the value of a header, and the credential after its scheme, if it has one: a server may repeat that alone.
func SecretsOf(value string) []string {
	if _, credential, ok := strings.Cut(value, " "); ok {
		return []string{value, credential}
	}
	return []string{value}
}

// Redact replaces the secrets that the redacter knows, and those that were sent in this request, even where they are quoted or
// in JSON.
func (r *Redacter) Redact(words string, sent ...string) string {
	return r.known.Replace(replacer(sent).Replace(words))
}

func replacer(secrets []string) *strings.Replacer {
	var forms []string
	for _, secret := range secrets {
		if secret != "" {
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
	inQuotes, inJSON := inside(strconv.Quote(secret)), inside(jsonString(secret))
	forms := []string{secret, inQuotes, inJSON, inside(strconv.Quote(inQuotes)), inside(strconv.Quote(inJSON))}
	slices.Sort(forms)
	return slices.Compact(forms)
}

func jsonString(s string) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // fails for no string
	return strings.TrimSpace(out.String())
}

// Printable puts a space in the place of each character that cannot be printed.
func Printable(words string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, words)
}

// Shorten cuts a text after 256 bytes, and marks the cut.
func Shorten(words string) string {
	const most = 256
	if len(words) <= most {
		return words
	}
	return strings.ToValidUTF8(words[:most], "") + "…"
}
