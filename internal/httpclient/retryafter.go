package httpclient

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// epochFrom separates the two meanings of X-RateLimit-Reset: larger numbers are Unix time, the others are seconds to wait.
const epochFrom = 1_000_000_000

// RetryAfter is the pause that a server asks for: in Retry-After, as seconds or a date, or else in X-RateLimit-Reset, as seconds
// or as Unix time. It is 0 for a time that is past and for what cannot be read, and never more than limit.
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
