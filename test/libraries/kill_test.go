package libraries

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestKilled kills the gateway again and again while libraries send and Segment fails every now and then. What the libraries have
// got a 200 for arrives, and Segment sees no second message of it: uploads that come again have the same ids.
func TestKilled(t *testing.T) {
	const rounds, calls = 5, 50
	segment := startCollector(t)
	segment.fail(t, `{"status": 503, "probability": 0.3}, {"drop_connection": true, "after_delivery": true, "probability": 0.3}`)
	gateway := startCollector(t, uploadTo(segment.sandboxURL), onDisk(t.TempDir()))
	b := startBurst(t, gateway)
	for range rounds {
		before := segment.stats(t).Messages["track"]
		killAt := time.Now().Add(time.Duration(rand.IntN(500)) * time.Millisecond)
		b.call(t, calls)
		require.Eventually(t, func() bool {
			return time.Now().After(killAt) && segment.stats(t).Messages["track"] > before
		}, waitTimeout, time.Millisecond, "nothing arrives")
		gateway.Kill(t)
		gateway.Process = gateway.Restart(t)
		require.True(t, gateway.WaitReady(t))
	}
	segment.fail(t, "")
	sent := b.finish(t)
	b.assertArrived(t, segment, sent)
	gateway.queueIsEmpty(t)
	if !t.Failed() {
		note("kill", fmt.Sprintf("%d messages arrived once over %d kills; Segment removed %d duplicates",
			len(sent), rounds, segment.stats(t).Duplicates))
	}
}
