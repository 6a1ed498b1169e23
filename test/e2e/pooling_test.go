package e2e

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestPooledRecords has a collector that uses the memory of records again as soon as the exporter has returned: nothing of
// them may be kept.
func TestPooledRecords(t *testing.T) {
	t.Parallel()
	for name, overlay := range map[string]string{"memory": "", "disk": harness.OnDisk(t.TempDir())} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const senders, requests, events = 8, 30, 200
			segment := harness.NewSandbox(t, "extensions: {segment_sandbox: {max_messages: 100000}}")
			segment.Inject(t, `{"status": 503, "probability": 0.2}`)
			overlays := []string{harness.WithoutSandbox, harness.UploadTo(segment.URL)}
			if overlay != "" {
				overlays = append(overlays, overlay)
			}
			c := harness.StartCollectorWith(t, []string{"--feature-gates=+pdata.useProtoPooling"}, overlays...)
			client := c.GRPCClient(t)
			var all sync.WaitGroup
			for range senders {
				all.Go(func() {
					for range requests {
						_, err := client.Export(t.Context(), harness.SomeEvents(events))
						assert.NoError(t, err)
					}
				})
			}
			all.Wait()
			harness.Eventually(t, func(t require.TestingT) {
				require.Equal(t, map[string]int{"track": senders * requests * events}, segment.Stats(t).Messages)
			})
			assert.Zero(t, segment.Stats(t).Violations)
			c.RequireBalance(t, 0, 0)
		})
	}
}
