package libraries

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// shortOutage is how long Segment is away. LIBRARIES_OUTAGE sets another duration.
	shortOutage = 3 * time.Second
	outageCalls = 200
)

func outage(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("LIBRARIES_OUTAGE")
	if text == "" {
		return shortOutage
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err, "LIBRARIES_OUTAGE")
	return d
}

// TestOutage has a Segment that is away while libraries send. They get their 200 all the same, and everything arrives once.
func TestOutage(t *testing.T) {
	for name, away := range map[string]func(t *testing.T, segment collector) (back func() collector){
		"503": func(t *testing.T, segment collector) func() collector {
			t.Helper()
			segment.fail(t, `{"status": 503}`)
			return func() collector {
				assert.Positive(t, segment.stats(t).FaultsInjected)
				assert.Empty(t, segment.stats(t).Messages, "messages during the outage")
				segment.fail(t, "")
				return segment
			}
		},
		"connection refused": func(t *testing.T, segment collector) func() collector {
			t.Helper()
			require.Zero(t, segment.Stop(t), "exit code")
			return func() collector {
				segment.Process = segment.Restart(t)
				require.True(t, segment.WaitReady(t))
				return segment
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			segment := startCollector(t)
			gateway := startCollector(t, uploadTo(segment.sandboxURL), onDisk(t.TempDir()))
			b := startBurst(t, gateway)
			back := away(t, segment)
			b.callFor(t, outage(t), outageCalls)
			sent := b.finish(t)
			segment = back()
			b.assertArrived(t, segment, sent)
			gateway.queueIsEmpty(t)
			assert.Zero(t, segment.stats(t).Duplicates, "uploads that were not needed")
			if !t.Failed() {
				note("outage, "+name, fmt.Sprintf("%d messages arrived once after %s", len(sent), outage(t)))
			}
		})
	}
}

// callFor spreads calls over a time.
func (b *burst) callFor(t *testing.T, d time.Duration, calls int) {
	t.Helper()
	ticker := time.NewTicker(d / time.Duration(calls))
	defer ticker.Stop()
	for range calls {
		<-ticker.C
		b.call(t, 1)
	}
}
