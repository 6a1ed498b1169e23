package exporter

import (
	"net/http"
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
