package oauth

import (
	"math/rand/v2"
	"time"
)

// cooldown is the time after a failure in which no token request is sent. Failures in a row make it longer; a token resets it.
type cooldown struct {
	until time.Time
	// last is why the last request brought no token, nil when it brought one.
	last *failure
	// refusals and failures count the failures in a row, without those for which the server chose the time.
	refusals, failures int
}

// begin starts the cool-down after a failure.
func (c *cooldown) begin(now time.Time, f *failure) {
	c.last = f
	var wait time.Duration
	switch f.outcome {
	case OutcomeThrottled:
		wait = f.after
	case OutcomeRefused:
		wait = doubled(30*time.Second, MaxCooldown, c.refusals)
		c.refusals++
	default:
		wait = doubled(500*time.Millisecond, time.Minute, c.failures)
		c.failures++
		// Up to half of it is cut at random, so that a thousand collectors do not come back at once.
		wait -= rand.N(wait / 2)
	}
	c.until = now.Add(wait)
}

// doubled is first × 2^times, and never more than most.
func doubled(first, most time.Duration, times int) time.Duration {
	return min(most, first<<min(times, 10))
}

// left is how long the cool-down goes on.
func (c *cooldown) left(now time.Time) time.Duration { return max(0, c.until.Sub(now)) }

// error is the error of callers during the cool-down.
func (c *cooldown) error(now time.Time) *Error {
	return &Error{After: c.left(now), Refused: c.last.outcome == OutcomeRefused, reason: c.last.reason}
}
