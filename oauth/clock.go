package oauth

import (
	"regexp"
	"time"
)

const (
	// minSkew is the largest difference between the clocks that does no harm.
	minSkew = 2 * time.Second
	// maxSkew is the difference from which on a date says nothing about a clock.
	maxSkew = 24 * time.Hour
)

// skewOf is how far the clock of the server is ahead, in whole seconds like the date of its answer. The server wrote the date
// between the sending of the request and the coming of the answer, most likely in the middle. A difference that the wait alone
// can explain counts as none.
func skewOf(date, sent, came time.Time) time.Duration {
	half := came.Sub(sent) / 2
	skew := date.Sub(sent.Add(half))
	if size := skew.Abs(); size <= minSkew+half || size >= maxSkew {
		return 0
	}
	return skew.Round(time.Second)
}

// clockWords are the words of common servers for an assertion that is expired or not yet valid.
var clockWords = regexp.MustCompile(`(?i)\b(expir\w+|exp|iat|nbf|future|not yet|not valid yet|not active|before issued|valid time)\b`)
