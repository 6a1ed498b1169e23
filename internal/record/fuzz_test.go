package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/translate"
)

func addGolden(f *testing.F) {
	f.Helper()
	inputs, err := filepath.Glob(filepath.Join("testdata", "golden", "*.http"))
	require.NoError(f, err)
	for _, input := range inputs {
		data, err := os.ReadFile(input)
		require.NoError(f, err)
		_, body, _ := bytes.Cut(data, []byte("\n\n"))
		f.Add(body)
	}
}

// FuzzBodies takes any bytes: they are refused with an error that a receiver knows, or the books add up.
func FuzzBodies(f *testing.F) {
	addGolden(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, o := range []Options{
			{Received: received, CorrectClock: true, Salvage: true},
			{Channel: translate.Client, Type: "track", Address: "0.0.0.0", UserAgent: "u"},
		} {
			for _, read := range []func([]byte, Options) (Result, error){Batch, Message} {
				r, err := read(body, o)
				if err != nil {
					checkError(t, err)
					continue
				}
				checkBooks(t, &r)
				checkRecords(t, r.Logs)
			}
		}
		if _, err := Put(plog.NewLogRecord(), body); err == nil && !json.Valid(bytes.TrimPrefix(body, byteOrderMark)) {
			checkWords(t, body)
		}
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	_, invalid := errors.AsType[*InvalidJSONError](err)
	_, tooLarge := errors.AsType[*TooLargeError](err)
	require.True(t, invalid || tooLarge, "%v", err)
}

// checkWords fails on a body that encoding/json refuses, unless that is because of the words or the levels that are taken here.
func checkWords(t *testing.T, body []byte) {
	t.Helper()
	const levels = 10_000
	require.True(t, bytes.Contains(body, []byte("NaN")) || bytes.Contains(body, []byte("Infinity")) ||
		bytes.Count(body, []byte("["))+bytes.Count(body, []byte("{")) > levels, "%q", body)
}

// checkRecords fails on a key that comes twice and on what is no UTF-8, which no exporter takes.
func checkRecords(t *testing.T, logs plog.Logs) {
	t.Helper()
	for _, sl := range logs.ResourceLogs().At(0).ScopeLogs().All() {
		checkMap(t, sl.Scope().Attributes())
		for _, lr := range sl.LogRecords().All() {
			checkMap(t, lr.Attributes())
			id, ok := lr.Attributes().Get("segment.message_id")
			require.True(t, ok && id.Str() != "")
			require.Equal(t, strings.ToValidUTF8(lr.EventName(), ""), lr.EventName())
		}
	}
}

func checkMap(t *testing.T, m pcommon.Map) {
	t.Helper()
	keys := map[string]bool{}
	for key, v := range m.All() {
		require.False(t, keys[key], "%q", key)
		keys[key] = true
		require.Equal(t, strings.ToValidUTF8(key, ""), key)
		checkValue(t, v)
	}
}

func checkValue(t *testing.T, v pcommon.Value) {
	t.Helper()
	switch v.Type() {
	case pcommon.ValueTypeStr:
		require.Equal(t, strings.ToValidUTF8(v.Str(), ""), v.Str())
	case pcommon.ValueTypeMap:
		checkMap(t, v.Map())
	case pcommon.ValueTypeSlice:
		for _, element := range v.Slice().All() {
			checkValue(t, element)
		}
	}
}

// FuzzValues reads what encoding/json reads, and the same values.
func FuzzValues(f *testing.F) {
	addGolden(f)
	for _, seed := range []string{
		`-0`, `1e400`, `18446744073709551616`, `18446744073709551617`, `{"a":1,"\u0061":2}`, "\"\xff\\ud83d\\ude00\\ud83d\"", "{\"\xff\":1,\"\xfe\":2}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		body := append([]byte(`{"type":"track","properties":{"v":`), value...)
		body = append(body, "}}"...)
		lr := plog.NewLogRecord()
		_, err := Put(lr, body)
		if !json.Valid(body) {
			if err == nil {
				checkWords(t, body)
			}
			return
		}
		require.NoError(t, err)
		var expected struct {
			Properties any `json:"properties"`
		}
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		require.NoError(t, dec.Decode(&expected))
		actual, ok := lr.Attributes().Get("segment.properties")
		if !ok || !json.Valid(value) {
			// The bytes have closed the properties.
			return
		}
		checkSame(t, expected.Properties, actual, 1)
	})
}

func checkSame(t *testing.T, expected any, actual pcommon.Value, level int) {
	t.Helper()
	if level > maxLevels {
		return
	}
	switch expected := expected.(type) {
	case map[string]any:
		require.Equal(t, pcommon.ValueTypeMap, actual.Type())
		require.Equal(t, len(expected), actual.Map().Len())
		for key, v := range actual.Map().All() {
			want, ok := expected[key]
			require.True(t, ok, "%q", key)
			checkSame(t, want, v, level+1)
		}
	case []any:
		require.Equal(t, pcommon.ValueTypeSlice, actual.Type())
		require.Equal(t, len(expected), actual.Slice().Len())
		for i, want := range expected {
			checkSame(t, want, actual.Slice().At(i), level+1)
		}
	case json.Number:
		checkSameNumber(t, expected.String(), actual)
	default:
		require.Equal(t, expected, actual.AsRaw())
	}
}

func checkSameNumber(t *testing.T, expected string, actual pcommon.Value) {
	t.Helper()
	switch actual.Type() {
	case pcommon.ValueTypeInt:
		i, err := strconv.ParseInt(expected, 10, 64)
		require.NoError(t, err)
		require.Equal(t, i, actual.Int())
	case pcommon.ValueTypeDouble:
		d, err := strconv.ParseFloat(expected, 64)
		require.NoError(t, err)
		require.InDelta(t, d, actual.Double(), 0)
	default:
		require.Equal(t, expected, actual.Str())
	}
}

// FuzzSalvage puts what breaks a batch between messages, and finds every one of them.
func FuzzSalvage(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7})
	f.Add([]byte{4, 20, 4, 60, 4, 100, 6})
	f.Fuzz(func(t *testing.T, choices []byte) {
		const end = `],"sentAt":"2026-11-28T02:59:00Z","writeKey":"k"}`
		var expected []string
		message := func() string {
			id := "m" + strconv.Itoa(len(expected))
			expected = append(expected, id)
			return `{"type":"track","event":"A \"b\" {","userId":"u","messageId":"` + id + `","properties":{"a":[{"b":"\u00e9"},1.5,true]},"context":{"c":{}}}`
		}
		body := `{"batch":[`
		for i := 0; i < len(choices) && len(expected) < 1000; i++ {
			switch choices[i] % 8 {
			case 0:
				body += ","
			case 1:
				body += "\x00\x00"
			case 2:
				body += "\r\n"
			case 3:
				body += end + `{"batch":[`
			case 4:
				i++
				if i < len(choices) {
					whole := message()
					expected = expected[:len(expected)-1]
					body += whole[:1+int(choices[i])%(len(whole)-1)]
				}
			default:
				body += message() + ","
			}
		}
		body += message() + "," + end
		r, err := Batch([]byte(body), Options{Salvage: true})
		require.NoError(t, err)
		checkBooks(t, &r)
		require.Equal(t, expected, messageIDs(&r), "%q", body)
		require.Equal(t, "k", r.WriteKey)
	})
}
