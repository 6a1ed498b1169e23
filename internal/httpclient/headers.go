package httpclient

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"go.opentelemetry.io/collector/config/configopaque"
)

// validateHeaders finds headers with which a request is refused, or means something else.
func validateHeaders(headers configopaque.MapList) error {
	var errs []error
	for name, value := range headers.Iter {
		problem := nameProblem(name)
		if problem == "" && strings.ContainsFunc(string(value), isControl) {
			problem = "must be one line of text, without control characters"
		}
		if problem == "" && strings.EqualFold(name, "Authorization") && isScheme(string(value)) {
			problem = "has a scheme and no credential; if that comes from an environment variable, it is not set or empty"
		}
		if problem != "" {
			errs = append(errs, fmt.Errorf("headers::%s: %s", name, problem))
		}
	}
	return errors.Join(errs...)
}

// nameProblem says why a header must not be set, "" when it may.
func nameProblem(name string) string {
	if name == "" || strings.ContainsFunc(name, isNoToken) {
		return "must be the name of a header, such as X-Team"
	}
	name = http.CanonicalHeaderKey(name)
	switch {
	case strings.HasPrefix(name, "Content-"):
		return "must not be set, it describes the body, which the exporter writes"
	case name == "Host":
		return "must not be set, the host is that of endpoint"
	}
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		// Some of them make the client or an HTTP/2 server refuse each request; the others have no effect.
		return "must not be set, it is about the connection, which the HTTP client manages; keepalive says whether it is kept"
	case "Accept-Encoding", "Expect":
		// The client unpacks an answer only when it has written Accept-Encoding itself. Expect can be answered with 417.
		return "must not be set, the exporter may not understand the answer then"
	}
	return ""
}

// isScheme says whether a value is nothing but the name of a way to log in.
func isScheme(value string) bool {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "", "basic", "bearer", "digest", "token":
		return true
	default:
		return false
	}
}

// isNoToken is true for what cannot be in the name of a header (RFC 9110, section 5.6.2).
func isNoToken(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	default:
		return !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	}
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
