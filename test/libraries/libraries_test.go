package libraries

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/jsondiff"
)

// call is an entry of calls.json. A value that JSON has no type for is an object with one key: {"$date": …}, and
// {"$repeat": [text, times]} for a long text.
type call struct {
	name string
	line []byte // the entry itself, on one line, which the drivers get
}

func readCalls(t *testing.T) []call {
	t.Helper()
	data, err := os.ReadFile("calls.json")
	require.NoError(t, err)
	var entries []json.RawMessage
	require.NoError(t, json.Unmarshal(data, &entries))
	calls := make([]call, len(entries))
	for i, entry := range entries {
		var fields struct{ Name string }
		require.NoError(t, json.Unmarshal(entry, &fields))
		var line bytes.Buffer
		require.NoError(t, json.Compact(&line, entry))
		calls[i] = call{name: fields.Name, line: line.Bytes()}
	}
	return calls
}

// TestLibraries runs each library twice.
func TestLibraries(t *testing.T) {
	calls := readCalls(t)
	c := startCollector(t)
	for _, l := range libraries {
		t.Run(l.name, func(t *testing.T) {
			l.require(t)
			began := time.Now()
			var more []string
			if l.strategy != "" {
				l.install(t)
				// Messages have the address of the page, which therefore is the same in both runs.
				more = []string{servePage(t), l.strategy}
			}
			straight, unsent := c.send(t, l.start(t, c.sandboxURL, l.source.key, more...), l, calls)
			through, unsentToo := c.send(t, l.start(t, c.receiverURL, l.source.gatewayKey, more...), l, calls)
			assert.Equal(t, unsent, unsentToo, "calls that the library does not send")
			assert.GreaterOrEqual(t, len(straight), 20, "messages: %v", unsent)
			l.compareAll(t, straight, through)
			if !t.Failed() {
				note(l.name, fmt.Sprintf("%d messages are the same (%.0fs)", len(straight), time.Since(began).Seconds()))
			}
		})
	}
}

// send makes the calls, and returns what has arrived and why calls were not sent.
func (c collector) send(t *testing.T, d *driver, l library, calls []call) (messages map[string]arrived, unsent map[string]string) {
	t.Helper()
	c.clear(t)
	for _, made := range calls {
		d.make(t, made.line)
	}
	if l.strategy == "closing" {
		d.make(t, []byte(`{"method": "close"}`))
	}
	if l.strategy != "" {
		// The browser has to run until they have arrived.
		messages = c.messages(t, len(calls))
		return messages, d.finish(t)
	}
	unsent = d.finish(t)
	return c.messages(t, len(calls)-len(unsent)), unsent
}

func (l library) compareAll(t *testing.T, straight, through map[string]arrived) {
	t.Helper()
	found := map[int]bool{}
	for name, s := range straight {
		g, ok := through[name]
		if !assert.True(t, ok, "%s: it did not come through the gateway", name) {
			continue
		}
		assert.Empty(t, g.Violations, "%s: Segment would throw it away", name)
		assert.Equal(t, l.source.name, g.Source, "%s: source", name)
		assert.Equal(t, s.Channel, g.Channel, "%s: channel", name)
		for _, m := range jsondiff.Diff(s.Message, g.Message) {
			at := l.intended(m)
			assert.GreaterOrEqual(t, at, 0, "%s: straight and through the gateway: %s", name, m)
			found[at] = true
		}
	}
	for i, d := range differences {
		if d.appliesTo(l) {
			assert.True(t, found[i], "the difference is stale: %v: %s", d.fields, d.differs)
		}
	}
}

// intended returns the index of the difference that a mismatch is, -1 for none.
func (l library) intended(m jsondiff.Difference) int {
	for i, d := range differences {
		if d.appliesTo(l) && d.includes(m.Path) && d.is(m) {
			return i
		}
	}
	return -1
}
