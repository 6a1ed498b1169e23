package compat

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

const (
	waitTimeout = 30 * time.Second
	tick        = 20 * time.Millisecond

	events = 10
)

func TestMain(m *testing.M) {
	testcollector.ForgetSDKVariables()
	os.Exit(m.Run())
}

func TestLines(t *testing.T) {
	lines := readLines(t)
	for _, l := range lines {
		for _, d := range []distribution{{line: l}, {line: l, Beside: true}} {
			t.Run(d.Unstable+"/"+d.name(), func(t *testing.T) {
				start := time.Now()
				t.Setenv("OTELCOL_SEGMENT", d.build(t, lines[0]))
				t.Logf("built in %s", time.Since(start).Round(time.Second))
				deliver(t)
			})
		}
	}
}

// deliver sends events while Segment is down, and restarts the collector: all of them have to come out of its queue on disk.
func deliver(t *testing.T) {
	t.Helper()
	segment := newFakeSegment(t)
	t.Setenv("SEGMENT_URL", segment.url)
	t.Setenv("QUEUE_DIRECTORY", t.TempDir())
	c := testcollector.Start(t, []string{"HTTP_PORT"}, "--config", filepath.Join("testdata", "collector.yaml"))
	want := make([]string, events)
	for i := range want {
		want[i] = fmt.Sprintf("Event %d", i)
		send(t, c, want[i])
	}
	require.Eventually(t, func() bool {
		refused, _ := segment.counts()
		return refused > 0
	}, waitTimeout, tick, "nothing was uploaded")
	require.Zero(t, c.Stop(t))

	segment.recover()
	c = c.Restart(t)
	require.True(t, c.WaitReady(t))
	require.Eventually(t, func() bool {
		_, taken := segment.counts()
		return taken == events
	}, waitTimeout, tick, "not everything was delivered")
	// A message too many is sent before the collector ends.
	require.Zero(t, c.Stop(t))

	assert.ElementsMatch(t, want, segment.events)
	assert.Len(t, segment.taken, events)
	for id, times := range segment.taken {
		assert.Equal(t, 1, times, id)
	}
	assert.Subset(t, slices.Collect(maps.Keys(segment.taken)), slices.Collect(maps.Keys(segment.refused)),
		"a message got another id when it was sent again")
}

func send(t *testing.T, c *testcollector.Process, event string) {
	t.Helper()
	body := fmt.Sprintf(`{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"eventName": %q, "attributes": [
		{"key": "segment.type", "value": {"stringValue": "track"}},
		{"key": "segment.user_id", "value": {"stringValue": "u-1"}}]}]}]}]}`, event)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		"http://localhost:"+c.Ports[0]+"/v1/logs", strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}
