package parity

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// call is an entry of calls.json. A value that JSON has no type for is an object with one key: {"$date": …},
// {"$decimal": "1.5"}, {"$nan": true}, {"$bytes": "base64"}, and {"$repeat": [text, times]} for a long text.
type call struct {
	Name    string         `json:"name"`
	Method  string         `json:"method"`
	Args    map[string]any `json:"args"`
	Dropped string         `json:"dropped"` // the reason with which the exporter must drop it, "" when it must send it

	line []byte // the entry itself, which the drivers get
}

func readCalls(t *testing.T) []call {
	t.Helper()
	data, err := os.ReadFile("calls.json")
	require.NoError(t, err)
	var lines []json.RawMessage
	require.NoError(t, json.Unmarshal(data, &lines))
	calls := make([]call, len(lines))
	for i, line := range lines {
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.UseNumber()
		decoder.DisallowUnknownFields()
		require.NoError(t, decoder.Decode(&calls[i]), "%s", line)
		calls[i].line = line
	}
	return calls
}

// raw converts a value into one that a record can hold. OpenTelemetry has no dates and decimals: they become text and doubles.
func raw(t *testing.T, value any) any {
	t.Helper()
	switch value := value.(type) {
	case json.Number:
		if i, err := value.Int64(); err == nil {
			return i
		}
		return number(t, value.String())
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = raw(t, element)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for key, member := range value {
			if result, ok := untag(t, key, member); ok {
				return result
			}
			object[key] = raw(t, member)
		}
		return object
	}
	return value
}

func untag(t *testing.T, tag string, value any) (result any, ok bool) {
	t.Helper()
	switch tag {
	case "$date":
		return value, true
	case "$decimal":
		return number(t, value.(string)), true
	case "$nan":
		return math.NaN(), true
	case "$bytes":
		data, err := base64.StdEncoding.DecodeString(value.(string))
		require.NoError(t, err)
		return data, true
	case "$repeat":
		list := value.([]any)
		times, err := list[1].(json.Number).Int64()
		require.NoError(t, err)
		return strings.Repeat(list[0].(string), int(times)), true
	}
	return nil, false
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	result, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return result
}
