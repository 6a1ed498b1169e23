package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// goldenFolder has the golden files of the translate package. Here they go through the whole collector.
const goldenFolder = "../../translate/testdata/spec"

const derivedID = `^otel-[0-9a-f]{32}$`

type golden struct {
	name      string
	translate string // YAML of the exporter's translate section, "" for the default
	in, out   []byte
}

func TestGolden(t *testing.T) {
	t.Parallel()
	byConfig := map[string][]golden{}
	for _, g := range readGolden(t) {
		byConfig[g.translate] = append(byConfig[g.translate], g)
	}
	for translate, cases := range byConfig {
		c := harness.StartCollector(t, translateOverlay(translate)...)
		for _, transport := range transports {
			for _, g := range cases {
				t.Run(g.name+" "+transport.name, func(t *testing.T) {
					// The sandbox would take the same message for a duplicate.
					c.Sandbox.Clear(t)
					transport.send(t, c, g.in)
					compareGolden(t, g.out, c.Sandbox)
				})
			}
		}
	}
}

// TestDerivedIDs sends the golden inputs without their message ids: the way in must not change the derived ones.
func TestDerivedIDs(t *testing.T) {
	t.Parallel()
	all := plog.NewLogs()
	for _, g := range readGolden(t) {
		if g.translate == "" {
			removeIDs(unmarshal(t, g.in)).ResourceLogs().MoveAndAppendTo(all.ResourceLogs())
		}
	}
	request, err := (&plog.JSONMarshaler{}).MarshalLogs(all)
	require.NoError(t, err)

	c := harness.StartCollector(t)
	var first []string
	for _, transport := range transports {
		c.Sandbox.Clear(t)
		transport.send(t, c, request)
		var ids []string
		for _, r := range c.Sandbox.WaitFor(t, all.LogRecordCount()) {
			assert.Regexp(t, derivedID, r.Message.MessageID)
			assert.NotContains(t, ids, r.Message.MessageID, "two records with one id")
			ids = append(ids, r.Message.MessageID)
		}
		if first == nil {
			first = ids
		}
		assert.Equal(t, first, ids, transport.name)
	}
}

func readGolden(t *testing.T) []golden {
	t.Helper()
	inputs, err := filepath.Glob(filepath.Join(goldenFolder, "*.in.json"))
	require.NoError(t, err)
	require.NotEmpty(t, inputs, "no golden files in %s", goldenFolder)
	cases := make([]golden, len(inputs))
	for i, path := range inputs {
		base := strings.TrimSuffix(path, ".in.json")
		g := golden{name: filepath.Base(base)}
		g.in, err = os.ReadFile(path)
		require.NoError(t, err)
		g.out, err = os.ReadFile(base + ".out.json")
		require.NoError(t, err)
		translate, err := os.ReadFile(base + ".config.yaml")
		if !os.IsNotExist(err) {
			require.NoError(t, err)
		}
		g.translate = string(translate)
		cases[i] = g
	}
	return cases
}

func translateOverlay(translate string) []string {
	if translate == "" {
		return nil
	}
	const indent = "\n      "
	section := indent + strings.ReplaceAll(strings.TrimSpace(translate), "\n", indent)
	return []string{"exporters:\n  segment:\n    translate:" + section}
}

func compareGolden(t *testing.T, golden []byte, s harness.Sandbox) {
	t.Helper()
	var want []map[string]any
	require.NoError(t, json.Unmarshal(golden, &want))
	list := s.WaitFor(t, len(want))
	harness.AssertNoViolations(t, list)
	for i, r := range list {
		var got map[string]any
		require.NoError(t, json.Unmarshal(r.Raw, &got))
		if want[i]["messageId"] == "otel-<derived>" {
			assert.Regexp(t, derivedID, got["messageId"])
			got["messageId"] = want[i]["messageId"]
		}
		ignoreVersion(want[i])
		ignoreVersion(got)
		assert.Equal(t, want[i], got)
	}
}

func ignoreVersion(message map[string]any) {
	context, _ := message["context"].(map[string]any)
	library, _ := context["library"].(map[string]any)
	delete(library, "version")
}

func removeIDs(logs plog.Logs) plog.Logs {
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				record.Attributes().RemoveIf(func(key string, _ pcommon.Value) bool {
					return key == "segment.message_id" || key == "log.record.uid"
				})
			}
		}
	}
	return logs
}
