package segmentexporter

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/plog"
)

const hintLine = "A record that looks like an event is none"

// TestRecordsThatLookLikeEvents are named in the log, each kind once an hour, with nothing that they hold.
func TestRecordsThatLookLikeEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, rigSettings{segment: newFakeSegment(t)})
		send := func(logger, event string, attributes map[string]any) {
			ld := plog.NewLogs()
			sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
			sl.Scope().SetName(logger)
			for range 3 {
				lr := sl.LogRecords().AppendEmpty()
				lr.SetEventName(event)
				lr.Body().SetStr("payload")
				require.NoError(t, lr.Attributes().FromRaw(attributes))
			}
			require.NoError(t, r.ConsumeLogs(t.Context(), ld))
		}
		all := func() {
			send("shop.checkout", "Order Completed", map[string]any{"user.id": "payload"})
			send("Segment", "", map[string]any{"total": "payload"})
			send("shop.checkout", "", map[string]any{"segment.user_id": "payload"})
			send("http.server", "", map[string]any{"http.route": "payload"})
		}
		said := func() (list []string) {
			for _, line := range r.lines.FilterMessageSnippet(hintLine).All() {
				assert.NotContains(t, fmt.Sprint(line), "payload")
				fields := line.ContextMap()
				list = append(list, fmt.Sprintf("%s|%s|%s", fields["logger"], fields["event"], fields["because"]))
			}
			return list
		}
		expected := []string{
			"shop.checkout|Order Completed|it has an event name",
			"Segment||its logger begins like one of translate::scopes",
			"shop.checkout||it has segment.* attributes, but neither segment.type nor segment.event",
		}
		all()
		all()
		assert.Equal(t, expected, said())
		settle(time.Hour)
		all()
		assert.Equal(t, append(expected, expected...), said())
		assert.Equal(t, 36, r.metrics()["segment_not_selected_records"])

		for i := range 500 {
			send("shop.checkout", fmt.Sprint("Order ", i), nil)
		}
		assert.LessOrEqual(t, len(said()), 110, "names that are never the same do not fill the log")
	})
}

// fakeSandbox is an extension that wants to know which records do not arrive.
type fakeSandbox struct {
	component.StartFunc
	component.ShutdownFunc
	endpoint string

	mu   sync.Mutex
	told []string
}

func (s *fakeSandbox) TakesUploads(endpoint string) bool { return endpoint == s.endpoint }

func (s *fakeSandbox) ObserveNotSelected(exporter, logger, event string, vocabulary bool, records int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, fmt.Sprint(exporter, "|", logger, "|", event, "|", vocabulary, "|", records))
}

func (s *fakeSandbox) ObserveDropped(exporter, reason, event, messageID string, records int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, fmt.Sprint(exporter, "|", reason, "|", event, "|", messageID, "|", records))
}

// TestSandboxIsTold which records do not arrive, if it is the one that uploads go to; all others are not.
func TestSandboxIsTold(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"http://segment.invalid", "http://elsewhere.invalid"} {
		synctest.Test(t, func(t *testing.T) {
			segment := newFakeSegment(t)
			sandbox := &fakeSandbox{endpoint: endpoint}
			r := newRig(t, rigSettings{segment: segment, change: func(c *Config) { c.RetryConfig.Enabled = false }})
			r.host.extensions[component.MustNewID("segment_sandbox")] = sandbox
			require.NoError(t, r.Start(t.Context(), r.host))

			ld := records(0, 2)
			anonymous := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty()
			anonymous.SetEventName("Order Completed")
			anonymous.Attributes().PutStr("segment.message_id", "lost")
			sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
			sl.Scope().SetName("shop.checkout")
			for i := range 4 {
				lr := sl.LogRecords().AppendEmpty()
				if i == 3 {
					lr.Attributes().PutStr("segment.user_id", "u")
				}
			}
			segment.answers(always(down))
			require.NoError(t, r.ConsumeLogs(t.Context(), ld))
			settle(time.Second)

			if endpoint == "http://segment.invalid" {
				assert.ElementsMatch(t, []string{
					"segment|shop.checkout||false|3",
					"segment|shop.checkout||true|1",
					"segment|missing_identity|Order Completed|lost|1",
					"segment|undelivered|||2",
				}, sandbox.told)
			} else {
				assert.Empty(t, sandbox.told)
			}
		})
	}
}
