package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// validate finds what could never happen, or not as it was meant: a fault that does nothing would let a test pass.
func (f *fault) validate(sources []string) error {
	switch {
	case !f.matchesAnything():
		return fmt.Errorf("path: %q is neither a path of the tracking API nor %s; a * at the end stands for any rest", f.Path, tokenPath)
	case f.Source != "" && f.Path == tokenPath:
		return fmt.Errorf("source: must not be there with %s, for which there is no write key", tokenPath)
	case f.Source != "" && !strings.HasSuffix(f.Source, "…") && !slices.Contains(sources, f.Source):
		return fmt.Errorf("source: %q is neither a source that is known (%s) nor a write key as it is shown, like \"demo…\"",
			f.Source, cmp.Or(strings.Join(sources, ", "), "there is none"))
	case f.Status == 0 && f.Latency == 0 && !f.DropConnection:
		return errors.New("status: must be there, unless latency or drop_connection is")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status: must be from 200 to 599, not %d", f.Status)
	case f.Status != 0 && f.DropConnection:
		return errors.New("status: must not be there with drop_connection, which gives no answer")
	case f.Status == 0 && len(f.Headers) > 0:
		return errors.New("headers: must not be there without status")
	case f.Status == 0 && f.Body != "":
		return errors.New("body: must not be there without status")
	case f.AfterDelivery && !f.DropConnection:
		return errors.New("after_delivery: must not be there without drop_connection")
	case f.Times < 0:
		return fmt.Errorf("times: must be 0 or more, not %d", f.Times)
	case f.Probability <= 0 || f.Probability > 1:
		return fmt.Errorf("probability: must be over 0 and at most 1, not %v", f.Probability)
	}
	return f.validateHeaders()
}

func (f *fault) matchesAnything() bool {
	if f.matchesPath(tokenPath) {
		return true
	}
	for path := range uploadPaths {
		if f.matchesPath(path) {
			return true
		}
	}
	return false
}

func (f *fault) validateHeaders() error {
	for _, name := range slices.Sorted(maps.Keys(f.Headers)) { // so that the same one is named each time
		switch {
		case name == "" || strings.ContainsFunc(name, notInHeaderName):
			return fmt.Errorf("headers: %q is no name of a header", name)
		case strings.ContainsFunc(f.Headers[name], notInHeaderValue):
			return fmt.Errorf("headers: the value of %s must not have control characters", name)
		}
		switch canonical := http.CanonicalHeaderKey(name); canonical {
		case "Content-Length", "Transfer-Encoding":
			return fmt.Errorf("headers: %s follows from the body", canonical)
		}
	}
	return nil
}

func notInHeaderName(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

func notInHeaderValue(r rune) bool { return r < ' ' && r != '\t' || r == '\x7f' }
