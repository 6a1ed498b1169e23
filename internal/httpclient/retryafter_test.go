package httpclient

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	epoch := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }
	const limit = 5 * time.Minute
	for name, c := range map[string]struct {
		header   http.Header
		expected time.Duration
	}{
		"none":                {nil, 0},
		"seconds":             {http.Header{"Retry-After": {"30"}}, 30 * time.Second},
		"spaces":              {http.Header{"Retry-After": {" 30 "}}, 30 * time.Second},
		"zero":                {http.Header{"Retry-After": {"0"}}, 0},
		"negative":            {http.Header{"Retry-After": {"-30"}}, 0},
		"far below zero":      {http.Header{"Retry-After": {"-10000000000"}}, 0},
		"over the cap":        {http.Header{"Retry-After": {"301"}}, limit},
		"far over the cap":    {http.Header{"Retry-After": {"9223372036854775807"}}, limit},
		"garbage":             {http.Header{"Retry-After": {"soon"}}, 0},
		"no integer":          {http.Header{"Retry-After": {"1e3"}}, 0},
		"date":                {http.Header{"Retry-After": {now.Add(90 * time.Second).Format(http.TimeFormat)}}, 90 * time.Second},
		"past date":           {http.Header{"Retry-After": {now.Add(-time.Hour).Format(http.TimeFormat)}}, 0},
		"date over the cap":   {http.Header{"Retry-After": {now.Add(time.Hour).Format(http.TimeFormat)}}, limit},
		"reset":               {http.Header{"X-Ratelimit-Reset": {"20"}}, 20 * time.Second},
		"reset as an epoch":   {http.Header{"X-Ratelimit-Reset": {epoch(45 * time.Second)}}, 45 * time.Second},
		"reset in the past":   {http.Header{"X-Ratelimit-Reset": {epoch(-time.Minute)}}, 0},
		"reset negative":      {http.Header{"X-Ratelimit-Reset": {"-1"}}, 0},
		"reset garbage":       {http.Header{"X-Ratelimit-Reset": {"tomorrow"}}, 0},
		"both":                {http.Header{"Retry-After": {"5"}, "X-Ratelimit-Reset": {"20"}}, 5 * time.Second},
		"garbage and a reset": {http.Header{"Retry-After": {"soon"}, "X-Ratelimit-Reset": {"20"}}, 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.expected, RetryAfter(c.header, now, limit))
		})
	}
}
