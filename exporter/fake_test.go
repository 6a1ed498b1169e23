package exporter

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configcompression"
)

// roundTripper takes the place of the network, where there are too many requests for sockets, or time is fake.
type roundTripper func(body []byte) int

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	_ = req.Body.Close()
	return &http.Response{StatusCode: f(body), Request: req, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// newFakeRig is a rig whose requests go to f, uncompressed.
func newFakeRig(t *testing.T, f roundTripper) *rig {
	t.Helper()
	r := newRig(t, "http://segment.invalid", func(s *Settings) { s.Client.Compression = configcompression.Type("none") })
	r.client = &http.Client{Transport: r.transport(f)}
	return r
}

// TestOnePoisonedAnywhere loses only the poisoned message, wherever it is.
func TestOnePoisonedAnywhere(t *testing.T) {
	t.Parallel()
	const n = 2_500
	logs := events(n, nil)
	var poisoned []byte
	requests := 0
	r := newFakeRig(t, func(body []byte) int {
		requests++
		if bytes.Contains(body, poisoned) {
			return http.StatusBadRequest
		}
		return http.StatusOK
	})
	pushes := int64(0)
	for i := 0; i < n; i += 49 {
		poisoned = []byte(`"` + id(i) + `"`)
		requests = 0
		require.NoError(t, r.PushLogs(t.Context(), logs))
		require.LessOrEqual(t, requests, 40, "poisoned %d", i)
		pushes++
	}
	assert.Equal(t, map[string]int64{"messages page": pushes * (n - 1), "dropped_records rejected": pushes}, r.counts(t))
}

// TestSentAtIsWrittenAnew compares two attempts that are an hour apart.
func TestSentAtIsWrittenAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		r := newFakeRig(t, func(body []byte) int {
			bodies = append(bodies, string(body))
			return []int{http.StatusServiceUnavailable, http.StatusOK}[len(bodies)-1]
		})
		err := r.PushLogs(t.Context(), events(3, nil))
		time.Sleep(time.Hour)
		require.NoError(t, r.PushLogs(t.Context(), retryable(t, err)))
		require.Len(t, bodies, 2)
		assert.Contains(t, bodies[0], `"sentAt":"2000-01-01T00:00:00.000Z"`)
		assert.Equal(t, strings.Replace(bodies[0], "T00:00:00.000Z", "T01:00:00.000Z", 1), bodies[1],
			"nothing but sentAt differs")
	})
}
