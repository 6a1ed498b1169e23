package receiver

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

var update = flag.Bool("update", false, "rewrite the expected answers and records of testdata/golden")

// TestRequests sends what Segment's own libraries have sent, and what clients have sent that do some things wrong, byte for byte as
// the tests of the sandbox do. What comes of each is in testdata/golden.
func TestRequests(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "sandbox", "testdata", "requests", "*.http"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".http")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, err := os.ReadFile(file)
			require.NoError(t, err)
			g := start(t, with(func(c *Config) {
				c.ClockSkew = ClockSkewOff
				c.ForwardWriteKey = true
				c.Settings = SettingsConfig{Mode: SettingsStatic, APIHost: "events.example.com/v1"}
			}))
			actual := format(t, g, request)
			golden := filepath.Join("testdata", "golden", name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, actual, 0o600))
			}
			expected, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(expected), string(actual))
		})
	}
}

// format sends a request, and writes its answer and its records, without what is never the same.
func format(t *testing.T, g *rig, request []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	r := g.send(request)
	fmt.Fprintf(&b, "%d %s %q\n", r.status, r.header.Get("Content-Type"), r.body)
	for _, logs := range g.sink.AllLogs() {
		for _, rl := range logs.ResourceLogs().All() {
			fmt.Fprintf(&b, "resource %s\n", attributesOf(t, rl.Resource().Attributes()))
			for _, sl := range rl.ScopeLogs().All() {
				fmt.Fprintf(&b, "scope %s\n", attributesOf(t, sl.Scope().Attributes()))
				for _, lr := range sl.LogRecords().All() {
					at := lr.Timestamp().AsTime().Format("2006-01-02T15:04:05.999Z")
					if lr.Timestamp() == lr.ObservedTimestamp() {
						at = "time of receipt"
					}
					id, _ := lr.Attributes().Get("segment.message_id")
					if uuid.Validate(id.Str()) == nil && !bytes.Contains(request, []byte(id.Str())) {
						id.SetStr("random")
					}
					fmt.Fprintf(&b, "record %q, %s\n", lr.EventName(), at)
					for key, value := range lr.Attributes().All() {
						fmt.Fprintf(&b, "  %s: %s\n", key, value.AsString())
					}
				}
			}
		}
	}
	return b.Bytes()
}

func attributesOf(t *testing.T, m pcommon.Map) string {
	t.Helper()
	text, err := json.Marshal(m.AsRaw())
	require.NoError(t, err)
	return string(text)
}
