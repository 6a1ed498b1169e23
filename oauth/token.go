package oauth

import "time"

// maxLife is the longest life of Segment's tokens. A token with a longer one is treated as if it had this.
const maxLife = 30 * 24 * time.Hour

// token is an access token and its times.
type token struct {
	value string
	// header is the Authorization header.
	header string
	// renewAt is half-way through its life: from then on its use starts the renewal.
	renewAt time.Time
	// usableUntil is when it stops being handed out, some time before it expires: an upload takes time too.
	usableUntil time.Time
	expires     time.Time
}

func newToken(value string, life time.Duration, issued time.Time) *token {
	margin := min(max(30*time.Second, life/100), life/2)
	return &token{
		value:       value,
		header:      "Bearer " + value,
		renewAt:     issued.Add(life / 2),
		usableUntil: issued.Add(life - margin),
		expires:     issued.Add(life),
	}
}
