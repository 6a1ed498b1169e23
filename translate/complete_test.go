package translate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestChannel has a channel on the record, which wins, on the scope or on neither. A value that is no channel counts as absent.
func TestChannel(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		resource, scope, record any
		channel                 Channel
		unknown                 uint32
	}{
		"none":                  {nil, nil, nil, Server, 0},
		"record":                {nil, nil, "client", Client, 0},
		"scope":                 {nil, "client", nil, Client, 0},
		"record wins":           {nil, "client", "server", Server, 0},
		"case and space":        {nil, nil, " Client ", Client, 0},
		"blank":                 {nil, "client", " ", Client, 0},
		"another kind":          {nil, "client", 1, Client, 0},
		"another text":          {nil, "client", "browser", Client, 1},
		"not from the resource": {"client", nil, nil, Server, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld := event(t, map[string]any{"segment.channel": c.record})
			rl := ld.ResourceLogs().At(0)
			if c.resource != nil {
				require.NoError(t, rl.Resource().Attributes().FromRaw(map[string]any{"segment.channel": c.resource}))
			}
			require.NoError(t, rl.ScopeLogs().At(0).Scope().Attributes().FromRaw(map[string]any{"segment.channel": c.scope}))
			got := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).results[0]
			assert.Equal(t, c.channel, got.Channel)
			assert.Equal(t, Warnings{UnknownAttribute: c.unknown}, got.Warnings)
		})
	}
}

// TestWarningsOfCompleteRecords counts a problem of the resource once with the complete records and once with the others, because
// each kind has a context of its own.
func TestWarningsOfCompleteRecords(t *testing.T) {
	t.Parallel()
	ld := event(t, map[string]any{"segment.user_id": "u", "segment.complete": true})
	ld.ResourceLogs().At(0).Resource().Attributes().PutStr("segment.context", "not json")
	records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	for _, complete := range []bool{true, false, false, true} {
		lr := records.AppendEmpty()
		recordOf(ld).CopyTo(lr)
		lr.Attributes().PutBool("segment.complete", complete)
	}
	var counts []uint32
	for _, result := range translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).results {
		counts = append(counts, result.Warnings[InvalidJSON])
	}
	assert.Equal(t, []uint32{1, 0, 1, 0, 0}, counts)
}
