package e2e

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPooledRecords has a collector that uses the memory of records again as soon as the exporter has returned: nothing of
// them may be kept.
func TestPooledRecords(t *testing.T) {
	t.Parallel()
	for name, overlay := range map[string]string{"memory": "", "disk": onDisk(t.TempDir())} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const senders, requests, events = 8, 30, 200
			segment := newSandbox(t, "extensions: {segment_sandbox: {max_messages: 100000}}")
			segment.inject(t, `{"status": 503, "probability": 0.2}`)
			overlays := []string{withoutSandbox, to(segment.url)}
			if overlay != "" {
				overlays = append(overlays, overlay)
			}
			c := startCollectorWith(t, []string{"--feature-gates=+pdata.useProtoPooling"}, overlays...)
			client := grpcClient(t, c)
			var all sync.WaitGroup
			for range senders {
				all.Go(func() {
					for range requests {
						_, err := client.Export(t.Context(), someEvents(events))
						assert.NoError(t, err)
					}
				})
			}
			all.Wait()
			eventually(t, func(t require.TestingT) {
				require.Equal(t, map[string]int{"track": senders * requests * events}, segment.stats(t).Messages)
			})
			assert.Zero(t, segment.stats(t).Violations)
			c.requireBalance(t, 0, 0)
		})
	}
}
