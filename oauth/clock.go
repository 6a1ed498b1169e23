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

// skewOf is how far the clock of the server is ahead, in whole seconds like the date of its answer. middle is the middle
// of the request: about then the answer was dated.
func skewOf(date, middle time.Time) time.Duration {
	skew := date.Sub(middle)
	if size := skew.Abs(); size <= minSkew || size >= maxSkew {
		return 0
	}
	return skew.Round(time.Second)
}

// clockWords are the words of common servers for an assertion that is expired or not yet valid.
var clockWords = regexp.MustCompile(`(?i)\b(expir\w+|exp|iat|nbf|future|not yet|not valid yet|not active|before issued|valid time)\b`)
