package exporter

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestClassify has an expectation for every status from 100 to 599.
func TestClassify(t *testing.T) {
	t.Parallel()
	expected := map[int]action{}
	for status := 100; status <= 599; status++ {
		switch {
		case status < 200:
			expected[status] = refuse
		case status < 300:
			expected[status] = deliver
		case status < 500:
			expected[status] = refuse
		default:
			expected[status] = retry
		}
	}
	for _, status := range []int{400, 413} {
		expected[status] = split
	}
	for _, status := range []int{401, 403, 408, 410, 429, 460} {
		expected[status] = retry
	}
	for _, status := range []int{501, 505, 511} {
		expected[status] = refuse
	}
	header := http.Header{"Retry-After": {"3"}}
	for status, action := range expected {
		after := time.Duration(0)
		if action == retry {
			after = 3 * time.Second
		}
		assert.Equal(t, verdict{action, after}, classify(status, header, time.Now(), time.Minute), status)
	}
}

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
			assert.Equal(t, c.expected, retryAfter(c.header, now, limit))
		})
	}
}

func TestComplaint(t *testing.T) {
	t.Parallel()
	for answer, expected := range map[string]string{
		``:                             "",
		`OK`:                           "",
		`{"success":true}`:             "",
		`{"success":true,"errors":[]}`: "",
		`{"ok":true,"errors":null}`:    "",
		`["success",false]`:            "",
		`{"success":fal`:               "",
		`{"success":false}`:            "no reason given",
		`{"ok":false,"error":"x"}`:     "x",
		`{"errors":["a","b"]}`:         `["a","b"]`,
		`{"success":false,"message":"m","error":"e"}`: "m",
	} {
		assert.Equal(t, expected, complaint([]byte(answer)), answer)
	}
}
