package oauth

import (
	"regexp"
	"time"
)

// A difference between the clocks that is smaller is of no matter, and a larger one is no clock.
const (
	minSkew = 2 * time.Second
	maxSkew = 24 * time.Hour
)

// skewOf is how far the clock of the server is ahead, in whole seconds like the date of its answer. The answer is dated
// somewhere between the times at which the request was sent and the answer came, most likely in the middle; a difference
// that the wait alone can explain is none.
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
