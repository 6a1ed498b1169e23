package exporter

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

// TestWarningsOfSendersThatWait name the setting, and are only for senders that wait.
func TestWarningsOfSendersThatWait(t *testing.T) {
	t.Parallel()
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.BlockOnOverflow = true
	waiting := queue
	waiting.WaitForResult = true
	for name, c := range map[string]struct {
		queue       configoptional.Optional[exporterhelper.QueueBatchConfig]
		maxInterval time.Duration
		warnings    []string
	}{
		"a queue":               {configoptional.Some(queue), time.Minute, nil},
		"no queue":              {configoptional.None[exporterhelper.QueueBatchConfig](), 6 * time.Second, []string{"retry_on_failure::max_interval"}},
		"no queue, short waits": {configoptional.None[exporterhelper.QueueBatchConfig](), 5 * time.Second, nil},
		"wait_for_result": {
			configoptional.Some(waiting), time.Minute, []string{"sending_queue::block_on_overflow", "retry_on_failure::max_interval"},
		},
	} {
		r := newUnstartedRig(t, "http://localhost:9", func(s *Settings) {
			retrying(s)
			s.Retry.MaxInterval = c.maxInterval
			s.Queue = c.queue
		})
		r.warnOfWaits()
		lines := r.logs.All()
		assert.Len(t, lines, len(c.warnings), name)
		for i, text := range c.warnings {
			assert.Contains(t, lines[i].Message, text, name)
		}
	}
}
