package exporter

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestClassify has an expectation for every status from 100 to 599, without OAuth and with it.
func TestClassify(t *testing.T) {
	t.Parallel()
	testClassify(t, false, []int{401, 403}, []int{501, 505, 511})
	testClassify(t, true, []int{401, 403, 511}, []int{501, 505})
}

func testClassify(t *testing.T, oauth bool, denied, misrouted []int) {
	t.Helper()
	now := time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	for value, after := range map[string]time.Duration{
		"3":                              3 * time.Second,
		"600":                            5 * time.Minute,
		"0":                              0,
		"-3":                             0,
		"soon":                           0,
		"Mon, 15 Jun 2026 12:01:00 GMT":  time.Minute,
		"Mon, 15 Jun 2026 11:59:00 GMT":  0,
		"Mon, 15 Jun 2026 23:00:00 GMT":  5 * time.Minute,
		"Monday, 15-Jun-26 12:00:30 GMT": 30 * time.Second,
	} {
		header := http.Header{"Retry-After": {value}}
		for status := 100; status <= 599; status++ {
			want := verdict{action: retry, after: after}
			switch {
			case status >= 200 && status <= 299:
				want = verdict{action: deliver}
			case slices.Contains([]int{400, 413, 422}, status):
				want = verdict{action: split}
			case slices.Contains(denied, status):
				want.blame = credentials
			case slices.Contains([]int{408, 410, 429, 460}, status):
			case status < 500, slices.Contains(misrouted, status):
				want.blame = route
			}
			assert.Equal(t, want, classify(status, header, now, 5*time.Minute, oauth), "%d with Retry-After %s", status, value)
		}
	}
}

func TestComplaint(t *testing.T) {
	t.Parallel()
	for answer, expected := range map[string]string{
		``:                               "",
		`OK`:                             "",
		`{"success":true}`:               "",
		`{"success":true,"errors":[]}`:   "",
		`{"ok":true,"errors":null}`:      "",
		`["success",false]`:              "",
		`{"success":fal`:                 "",
		`{"success":false}`:              "no reason given",
		`{"ok":false,"error":"x"}`:       "x",
		`{"errors":["a", "b"]}`:          `["a","b"]`,
		`{"error":{"text":"\u0061\/<"}}`: "",
		`{"ok":false,"error":{"text":"\u0061\/<"}}`:   `{"text":"a/<"}`,
		`{"success":false,"message":"m","error":"e"}`: "m",
	} {
		assert.Equal(t, expected, complaint([]byte(answer)), answer)
	}
}
