package httpclient

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// epochFrom is the number from which on X-RateLimit-Reset is a point in time and no longer a number of seconds.
const epochFrom = 1_000_000_000

// RetryAfter is how long a server wants to be left alone: Retry-After (seconds or a date), else X-RateLimit-Reset (seconds or an epoch). It is 0 for a time that is
// past and for anything else, and never more than limit.
func RetryAfter(header http.Header, now time.Time, limit time.Duration) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if date, err := http.ParseTime(value); err == nil {
		return clamp(date.Sub(now), limit)
	}
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return clampSeconds(seconds, limit)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(header.Get("X-RateLimit-Reset")), 10, 64)
	switch {
	case err != nil:
		return 0
	case seconds > epochFrom:
		return clamp(time.Unix(seconds, 0).Sub(now), limit)
	default:
		return clampSeconds(seconds, limit)
	}
}

// clampSeconds compares in seconds first, because more than 292 years do not fit into a duration.
func clampSeconds(seconds int64, limit time.Duration) time.Duration {
	return clamp(time.Duration(max(0, min(seconds, int64(limit/time.Second)+1)))*time.Second, limit)
}

func clamp(d, limit time.Duration) time.Duration { return max(0, min(d, limit)) }
