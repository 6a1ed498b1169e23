package record

import (
	"bytes"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otel-segment/segmentexporter/translate"
)

var update = flag.Bool("update", false, "rewrite the expected records of testdata/golden")

// received is the time of receipt in the tests.
var received = time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC)

// TestGolden compares what becomes of every testdata/golden/NAME.http, a request without its header fields, with
// NAME.golden. The requests with the name of a language and those of browsers are of Segment's own libraries, the others are
// made by hand after public bug reports.
func TestGolden(t *testing.T) {
	t.Parallel()
	inputs, err := filepath.Glob(filepath.Join("testdata", "golden", "*.http"))
	require.NoError(t, err)
	require.NotEmpty(t, inputs)
	for _, input := range inputs {
		base := strings.TrimSuffix(input, ".http")
		t.Run(filepath.Base(base), func(t *testing.T) {
			t.Parallel()
			result, err := readRequest(t, input)
			require.NoError(t, err)
			checkBooks(t, &result)
			actual := formatResult(t, &result)
			if *update {
				require.NoError(t, os.WriteFile(base+".golden", actual, 0o600))
			}
			expected, err := os.ReadFile(base + ".golden")
			require.NoError(t, err)
			assert.Equal(t, string(expected), string(actual))
		})
	}
}

// messageTypes are the types of the paths for one message.
var messageTypes = map[string]string{"i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias"}

func readRequest(t *testing.T, file string) (Result, error) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	head, body, _ := bytes.Cut(data, []byte("\n\n"))
	target, err := url.Parse(strings.Fields(string(head))[1])
	require.NoError(t, err)
	o := Options{Received: received, CorrectClock: true, Salvage: true}
	path := strings.TrimSuffix(strings.TrimPrefix(target.Path, "/v1/"), "/")
	if path == "batch" || path == "import" {
		return Batch(body, o)
	}
	o.Channel, o.Address = translate.Client, "203.0.113.7"
	if typ, ok := strings.CutPrefix(path, "pixel/"); ok {
		o.Type, o.UserAgent = typ, "Mozilla/5.0"
		return Pixel(target.Query(), o)
	}
	o.Type = messageTypes[path]
	return Message(body, o)
}

// formatResult writes a result one attribute a line.
func formatResult(t *testing.T, r *Result) []byte {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "write key %q, %d elements, %d salvaged, skew %s\n", r.WriteKey, r.Elements, r.Salvaged, r.Skew)
	for typ, n := range r.Messages {
		printCount(&b, "message", translate.Type(typ), n)
	}
	for refusal, n := range r.Refused {
		printCount(&b, "refused", Refusal(refusal), n)
	}
	for warning, n := range r.Warnings {
		printCount(&b, "warning", Warning(warning), n)
	}
	for _, d := range r.Details {
		fmt.Fprintf(&b, "detail %s, type %q, message id %q\n", d.Reason, d.Type, d.MessageID)
	}
	for _, rl := range r.Logs.ResourceLogs().All() {
		require.Zero(t, rl.Resource().Attributes().Len())
		for _, sl := range rl.ScopeLogs().All() {
			b.WriteString("scope\n")
			printAttributes(&b, "  ", sl.Scope().Attributes())
			for _, lr := range sl.LogRecords().All() {
				require.Equal(t, pcommon.ValueTypeEmpty, lr.Body().Type())
				require.Equal(t, received, lr.ObservedTimestamp().AsTime())
				fmt.Fprintf(&b, "  record %q, %s\n", lr.EventName(), lr.Timestamp().AsTime().Format(time.RFC3339Nano))
				printAttributes(&b, "    ", lr.Attributes())
			}
		}
	}
	return b.Bytes()
}

func printCount(b *bytes.Buffer, what string, kind fmt.Stringer, n int) {
	if n > 0 {
		fmt.Fprintf(b, "%s %s %d\n", what, kind, n)
	}
}

func printAttributes(b *bytes.Buffer, indent string, m pcommon.Map) {
	for key, v := range m.All() {
		value := formatValue(v)
		fmt.Fprintf(b, "%s%s: %s\n", indent, key, value)
	}
}

// formatValue writes a value nearly as JSON, but so that every kind looks different.
func formatValue(v pcommon.Value) string {
	switch v.Type() {
	case pcommon.ValueTypeMap:
		var members []string
		for key, value := range v.Map().All() {
			members = append(members, strconv.Quote(key)+": "+formatValue(value))
		}
		return "{" + strings.Join(members, ", ") + "}"
	case pcommon.ValueTypeSlice:
		var elements []string
		for _, element := range v.Slice().All() {
			elements = append(elements, formatValue(element))
		}
		return "[" + strings.Join(elements, ", ") + "]"
	case pcommon.ValueTypeStr:
		return strconv.Quote(v.Str())
	case pcommon.ValueTypeDouble:
		return "double " + strconv.FormatFloat(v.Double(), 'g', -1, 64)
	case pcommon.ValueTypeEmpty:
		return "null"
	default:
		return v.AsString()
	}
}

// checkBooks fails when an element is neither a message nor refused, or a message has no record.
func checkBooks(t *testing.T, r *Result) {
	t.Helper()
	messages, refused := 0, 0
	for _, n := range r.Messages {
		messages += n
	}
	for _, n := range r.Refused {
		refused += n
	}
	require.Equal(t, r.Elements, messages+refused)
	require.Equal(t, messages, r.Logs.LogRecordCount())
	require.Equal(t, 1, r.Logs.ResourceLogs().Len())
	require.LessOrEqual(t, len(r.Details), MaxDetails)
}
