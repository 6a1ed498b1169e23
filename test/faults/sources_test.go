package faults

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// twoSources overlays two Segment sources beside that of write_key.
const twoSources = `
exporters:
  segment:
    sources:
      web: {write_key: web-key}
      ios: {write_key: ios-key}
`

// refusedFor is how long the key of a source is refused; SOURCES_OUTAGE is another time.
func refusedFor(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("SOURCES_OUTAGE")
	if text == "" {
		return 5 * time.Second
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err, "SOURCES_OUTAGE")
	return d
}

// TestRefusedSource revokes the key of one source. The events of the other take as long as before, and a collector that is
// killed meanwhile, or gets a configuration without the source, loses none.
func TestRefusedSource(t *testing.T) {
	t.Parallel()
	segment := harness.NewSandbox(t, `extensions: {segment_sandbox: {sources: {web: {write_key: web-key}, ios: {write_key: ios-key}}}}`)
	disk := harness.OnDisk(t.TempDir())
	config := []string{harness.WithoutSandbox, harness.UploadTo(segment.URL), twoSources, disk}
	c := harness.StartCollector(t, config...)

	sent := 0
	// send returns the times that the events of ios take, each sent with one of web, until the time is over.
	send := func(d time.Duration) (lags []time.Duration) {
		for end := time.Now().Add(d); time.Now().Before(end); sent++ {
			began := time.Now()
			for _, source := range []string{"web", "ios"} {
				c.PostLogs(t, "application/x-protobuf", eventOf(t, source))
			}
			harness.Eventually(t, func(t require.TestingT) {
				require.Equal(t, sent+1, c.Metric(t, "messages", `source="ios"`))
			})
			lags = append(lags, time.Since(began))
		}
		return lags
	}
	before := median(send(2 * time.Second))
	segment.Inject(t, `{"status": 401, "source": "web"}`)
	during := median(send(refusedFor(t)))
	assert.Less(t, during, 2*before+100*time.Millisecond)
	web := c.Metric(t, "messages", `source="web"`)
	assert.Less(t, web, sent)
	c.RequireBalance(t, 0, sent-web)

	c.Kill(t)
	text, code := harness.Run(t, "", harness.WithoutSandbox, harness.UploadTo(segment.URL), disk,
		"exporters: {segment: {sources: {ios: {write_key: ios-key}}}}")
	assert.NotZero(t, code)
	assert.Contains(t, text, "sources::web: is not in the configuration any more, but file_storage holds messages of that source")

	segment.Mend(t)
	c.Restart(t)
	harness.Eventually(t, func(t require.TestingT) {
		stats := segment.Stats(t)
		require.Equal(t, 2*sent, stats.Messages["track"])
	})
}

// eventOf is an OTLP request with one event of a source.
func eventOf(t *testing.T, source string) []byte {
	t.Helper()
	request := harness.SomeEvents(1)
	request.Logs().ResourceLogs().At(0).Resource().Attributes().PutStr("segment.source", source)
	body, err := request.MarshalProto()
	require.NoError(t, err)
	return body
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
