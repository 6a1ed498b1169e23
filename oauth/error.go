package oauth

import "time"

// Error says that there is no access token now, and when there may be one. A later call can always succeed, because what is
// wrong can be mended on the side of the server. The text contains no secret.
type Error struct {
	// After is how long no token request is sent, counted from when the error was returned; 0 when that is not known.
	After time.Duration
	// Refused says that the configuration here or in Segment is wrong: the last answer was 400, 401, 403, 415 or another
	// 3xx or 4xx, except 408 and 429.
	Refused bool

	reason string
}

// Error implements the error interface.
func (e *Error) Error() string {
	if e.After == 0 {
		return "no access token: " + e.reason
	}
	return "no access token for " + e.After.Round(time.Millisecond).String() + ": " + e.reason
}

// What becomes of a token request, for a metric.
const (
	// OutcomeGranted: the server answered with a token.
	OutcomeGranted = "granted"
	// OutcomeRefused: the server answered that the request is wrong; see [Error.Refused].
	OutcomeRefused = "refused"
	// OutcomeThrottled: the server asked for a pause.
	OutcomeThrottled = "throttled"
	// OutcomeFailed: no answer, an error of the server, or an answer that cannot be read.
	OutcomeFailed = "failed"
)

// Outcomes are all outcomes of a token request.
var Outcomes = [...]string{OutcomeGranted, OutcomeRefused, OutcomeThrottled, OutcomeFailed}

// failure is why a token request brought no token.
type failure struct {
	outcome string
	reason  string
	// after is the pause that the server asked for, with OutcomeThrottled.
	after time.Duration
	// clock means that the server finds the assertion expired or not yet valid.
	clock bool
}
