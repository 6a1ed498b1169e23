package exporter

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
)

// maxResponseBytes is how much of an answer is read.
const maxResponseBytes = 64 << 10

// action is what to do after an attempt.
type action uint8

const (
	// deliver: Segment has the messages.
	deliver action = iota
	// reject: Segment has answered 2xx, and does not take the messages.
	reject
	// retry: the same messages can go through later.
	retry
	// split: one of the messages may be at fault, so that halves are tried.
	split
)

// blame is who has to do something about an answer.
type blame uint8

const (
	// nobody: it passes by itself.
	nobody blame = iota
	// credentials: the write key or the access token is not taken.
	credentials
	// route: the answer does not come from Segment's API, but from something on the way to it, or from another path.
	route
)

// verdict is what an answer means.
type verdict struct {
	action action
	// after is how long the server wants to be left alone, 0 when it does not say.
	after time.Duration
	// blame is who has to do something before the same messages go through.
	blame blame
	// status is that of the answer, 0 when there was none, and words what a refusal said, shortened, without secrets.
	status int
	words  string
}

// fate is what has become of the messages that were sent, after deliver and reject.
func (v verdict) fate() fate {
	if v.action == deliver {
		return delivered
	}
	return rejected
}

// classify says what the answer to an upload means. It is the one place that decides; docs/delivery.md has the table. Only an
// answer that is about messages may cost one. oauth says that uploads carry an access token.
func classify(status int, header http.Header, now time.Time, maxRetryAfter time.Duration, oauth bool) verdict {
	switch {
	case status >= 200 && status <= 299:
		return verdict{action: deliver}
	case status == http.StatusBadRequest, status == http.StatusRequestEntityTooLarge, status == http.StatusUnprocessableEntity:
		return verdict{action: split}
	default:
		return verdict{action: retry, after: httpclient.RetryAfter(header, now, maxRetryAfter), blame: blameFor(status, oauth)}
	}
}

func blameFor(status int, oauth bool) blame {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return credentials
	case http.StatusNetworkAuthenticationRequired:
		if oauth {
			return credentials
		}
		return route
	case http.StatusRequestTimeout, http.StatusGone, http.StatusTooManyRequests, 460:
		return nobody
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return route
	}
	if status >= 500 {
		return nobody
	}
	return route
}

// readAnswer reads at most maxResponseBytes. An answer that is cut off is an error; the connection of a longer one is not
// used again.
func readAnswer(resp *http.Response) ([]byte, error) {
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxResponseBytes))
	return answer, errors.Join(err, resp.Body.Close())
}

// complaint is what a server says that answers 2xx and does not take the messages, "" when it takes them.
func complaint(answer []byte) string {
	var a struct {
		Success, OK, Error, Errors, Message json.RawMessage
	}
	if !bytes.HasPrefix(bytes.TrimSpace(answer), []byte("{")) || json.Unmarshal(answer, &a) != nil {
		return ""
	}
	if string(a.Success) != "false" && string(a.OK) != "false" && !filled(a.Errors) {
		return ""
	}
	return cmp.Or(wordsOf(answer), "no reason given")
}

// wordsOf is what a server says in an answer, "" when it says nothing that is known.
func wordsOf(answer []byte) string {
	var a struct {
		Error, Errors, Message json.RawMessage
	}
	if json.Unmarshal(answer, &a) != nil {
		return ""
	}
	for _, words := range [...]json.RawMessage{a.Message, a.Error, a.Errors} {
		if filled(words) {
			return plain(words)
		}
	}
	return ""
}

// plain is a text, or any other value as JSON without the escapes that it need not have: a secret could hide in them.
func plain(value json.RawMessage) string {
	var v any
	// The value is part of what was decoded before.
	_ = json.Unmarshal(value, &v)
	if text, is := v.(string); is {
		return text
	}
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return strings.TrimSpace(out.String())
}

func filled(value json.RawMessage) bool {
	switch string(value) {
	case "", "null", "[]", "{}", `""`, "false":
		return false
	default:
		return true
	}
}

// statusError says what the server answered. The body stays out: a server may repeat messages or keys in it.
func (e *Exporter) statusError(resp *http.Response, v verdict, a *attempt) error {
	status := strings.TrimSpace(fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)))
	switch {
	case v.blame == credentials && e.set.Tokens != nil:
		return fmt.Errorf("segment answered %s to an access token: check the settings of oauth, region and %s", status, e.setting("write_key"))
	case v.blame == credentials:
		return fmt.Errorf("segment answered %s: check %s and region", status, e.setting("write_key"))
	case resp.StatusCode >= 300 && resp.StatusCode <= 399:
		location := ""
		if u, err := resp.Location(); err == nil {
			location = e.redact(u.Scheme+"://"+u.Host+u.Path, a)
		}
		return fmt.Errorf("segment answered %s with Location %q: redirects are not followed, set endpoint to where the API is",
			status, location)
	case v.blame == route:
		return fmt.Errorf("segment answered %s, which is not about the messages: check endpoint, region, "+
			"and what is between the collector and Segment (proxy_url, a load balancer)", status)
	default:
		return fmt.Errorf("segment answered %s", status)
	}
}
