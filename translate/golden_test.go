package translate

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "rewrite the expected messages of testdata/golden")

// TestGolden compares the messages of every testdata/*/NAME.in.json with NAME.out.json. The order of the members counts,
// so that messages are the same, byte for byte, on every attempt.
func TestGolden(t *testing.T) {
	t.Parallel()
	inputs, err := filepath.Glob(filepath.Join("testdata", "*", "*.in.json"))
	require.NoError(t, err)
	require.NotEmpty(t, inputs)
	for _, input := range inputs {
		base := strings.TrimSuffix(input, ".in.json")
		t.Run(filepath.ToSlash(strings.TrimPrefix(base, "testdata"+string(filepath.Separator))), func(t *testing.T) {
			t.Parallel()
			got := translateAll(t, New(readConfig(t, base+".config.yaml"), Source{WriteKey: "write-key"}), readLogs(t, input))
			actual := formatMessages(t, got.messages)
			if *update && strings.Contains(base, "golden") {
				require.NoError(t, os.WriteFile(base+".out.json", actual, 0o600))
			}
			expected, err := os.ReadFile(base + ".out.json")
			require.NoError(t, err)
			var raw []json.RawMessage
			require.NoError(t, json.Unmarshal(expected, &raw))
			assert.Equal(t, string(formatMessages(t, raw)), string(actual))
		})
	}
}

// translation is what became of the records of one request.
type translation struct {
	messages []json.RawMessage
	complete []bool // of messages
	results  []Result
}

func translateAll(tb testing.TB, tr *Translator, ld plog.Logs) translation {
	tb.Helper()
	enc := tr.Encoder()
	defer enc.Release()
	return translateWith(tb, enc, ld)
}

func translateWith(tb testing.TB, enc *Encoder, ld plog.Logs) translation {
	tb.Helper()
	var got translation
	for _, rl := range ld.ResourceLogs().All() {
		enc.SetResource(rl.Resource(), rl.SchemaUrl())
		for _, sl := range rl.ScopeLogs().All() {
			enc.SetScope(sl.Scope(), sl.SchemaUrl())
			for _, lr := range sl.LogRecords().All() {
				message, result := enc.Append([]byte("x"), lr)
				require.True(tb, bytes.HasPrefix(message, []byte("x")), "what stood in dst is kept")
				if result.Outcome == Message {
					require.True(tb, json.Valid(message[1:]), "%s", message[1:])
					got.messages = append(got.messages, message[1:])
					got.complete = append(got.complete, enc.complete)
				} else {
					require.Len(tb, message, 1, "nothing is appended for a record that is dropped")
				}
				got.results = append(got.results, result)
			}
		}
	}
	return got
}

func readLogs(tb testing.TB, file string) plog.Logs {
	tb.Helper()
	data, err := os.ReadFile(file)
	require.NoError(tb, err)
	ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(data)
	require.NoError(tb, err)
	return ld
}

// readConfig applies a file to the default configuration the way the Collector does; there need not be one.
func readConfig(tb testing.TB, file string) Config {
	tb.Helper()
	cfg := NewDefaultConfig()
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return cfg
	}
	require.NoError(tb, err)
	var settings map[string]any
	require.NoError(tb, yaml.Unmarshal(data, &settings))
	require.NoError(tb, confmap.NewFromStringMap(settings).Unmarshal(&cfg))
	require.NoError(tb, confmap.Validate(&cfg))
	return cfg
}

var derivedID = regexp.MustCompile(`"otel-[0-9a-f]{32}"`)

var libraryVersion = regexp.MustCompile(`("name": "otelcol-segmentexporter",\s+"version": )"[^"]*"`)

// formatMessages writes messages one member a line, with placeholders for derived ids and the version of the
// library.
func formatMessages(tb testing.TB, messages []json.RawMessage) []byte {
	tb.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	require.NoError(tb, enc.Encode(messages))
	formatted := derivedID.ReplaceAll(out.Bytes(), []byte(`"otel-<derived>"`))
	return libraryVersion.ReplaceAll(formatted, []byte(`${1}"0.1.0"`))
}
