package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
)

const (
	// maxAnswerBytes is how much of an answer is read. The rest is ignored.
	maxAnswerBytes = 1 << 20
)

// MaxCooldown is the longest time for which no token is requested after a failure, even when the server asks for more.
const MaxCooldown = 5 * time.Minute

// grant is a token as the server gave it out.
type grant struct {
	token string
	life  time.Duration
}

// answer is the body of an answer, good or bad (RFC 6749 sections 5.1 and 5.2).
type answer struct {
	AccessToken string      `json:"access_token"`
	TokenType   string      `json:"token_type"`
	ExpiresIn   json.Number `json:"expires_in"` // a number, or a string with one in it
	Error       string      `json:"error"`
	Description string      `json:"error_description"`
}

// readAnswer returns the token in an answer, or why there is none; now is the time of the server. The cleaner keeps secrets
// out of the failure when the server repeats them.
func readAnswer(status int, header http.Header, body []byte, now time.Time, c cleaner) (grant, *failure) {
	var a answer
	err := json.Unmarshal(body, &a)
	words := c.clean(a.words(), a.AccessToken)
	f := &failure{outcome: OutcomeFailed, reason: statusReason(status, words)}
	switch {
	case status >= 200 && status <= 299:
		if a.Error != "" {
			return grant{}, f
		}
		g := grant{token: a.AccessToken}
		if err != nil {
			// The decoder's error would repeat pieces of the body.
			err = errors.New("it is no JSON object of the right types")
		} else if g.life, err = a.check(); err == nil {
			return g, nil
		}
		f.reason += ", but not with a token: " + err.Error()
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		// With other statuses X-RateLimit-Reset is there for information, and asks for no pause.
		if f.after = httpclient.RetryAfter(header, now, MaxCooldown); f.after > 0 {
			f.outcome = OutcomeThrottled
		}
	case status >= 300 && status <= 499 && status != http.StatusRequestTimeout:
		// The same request gets the same answer until somebody mends something.
		f.outcome = OutcomeRefused
		f.clock = clockWords.MatchString(words)
	}
	return grant{}, f
}

// words are what the server says of an error, "" for nothing.
func (a *answer) words() string {
	if a.Error == "" || a.Description == "" {
		return a.Error + a.Description
	}
	return a.Error + ": " + a.Description
}

// check returns how long the token lives, or what the answer lacks.
func (a *answer) check() (time.Duration, error) {
	if a.AccessToken == "" || strings.ContainsFunc(a.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return 0, errors.New("access_token must be text that fits into a header")
	}
	if !strings.EqualFold(a.TokenType, "bearer") {
		return 0, errors.New("token_type must be bearer")
	}
	seconds, err := a.ExpiresIn.Float64()
	if err != nil || seconds < 1 {
		return 0, errors.New("expires_in must be a number of seconds, 1 or more")
	}
	return time.Duration(min(seconds, maxLife.Seconds()) * float64(time.Second)), nil
}

func statusReason(status int, words string) string {
	reason := strings.TrimSpace(fmt.Sprintf("the token endpoint answered %d %s", status, http.StatusText(status)))
	if words != "" {
		reason += " (" + words + ")"
	}
	if status >= 300 && status <= 399 {
		reason += ": redirects are not followed, set endpoint to where the authorization server is"
	}
	return reason
}

// cleaner makes the words of a server fit for a log: printable, without secrets, and short.
type cleaner struct {
	redacter *httpclient.Redacter
	sent     []string // secrets of the request
}

func (c cleaner) clean(words string, secrets ...string) string {
	return httpclient.Shorten(c.redacter.Redact(httpclient.Printable(words), append(secrets, c.sent...)...))
}
