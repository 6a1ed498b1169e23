package translate

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/plog"
)

// FuzzTranslate takes any bytes that are OTLP: what comes out can be read back, is of one of the six types, within the
// limits, has an id, no key twice, and is the same the second time.
func FuzzTranslate(f *testing.F) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "*", "*.in.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, input := range inputs {
		data, err := os.ReadFile(input)
		if err != nil {
			f.Fatal(err)
		}
		ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(data)
		if err != nil {
			f.Fatal(err)
		}
		data, err = (&plog.ProtoMarshaler{}).MarshalLogs(ld)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	cfg := NewDefaultConfig()
	cfg.Context.IP, cfg.Context.Location = true, true
	cfg.Events = []EventConfig{{Match: "*a*", Type: Page}}
	tr := New(cfg, "write-key")
	f.Fuzz(func(t *testing.T, data []byte) {
		ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
		if err != nil {
			return
		}
		first := translateAll(t, tr, ld)
		for _, message := range first.messages {
			checkMessage(t, message)
		}
		if second := translateAll(t, tr, ld); !reflect.DeepEqual(first, second) {
			t.Fatal("the second translation differs from the first")
		}
	})
}

func checkMessage(t *testing.T, message []byte) {
	t.Helper()
	var m struct {
		Type       string
		MessageID  *string
		Properties *map[string]any
		Traits     *map[string]any
		Context    *struct {
			Library struct{ Name, Version string }
		}
	}
	if err := json.Unmarshal(message, &m); err != nil {
		t.Fatal(err)
	}
	typ, ok := parseType(m.Type)
	payload, hasPayload := payloadName(typ)
	switch {
	case !ok:
		t.Fatalf("type %q", m.Type)
	case m.MessageID == nil || *m.MessageID == "" || utf8.RuneCountInString(*m.MessageID) >= maxMessageID:
		t.Fatal("no message id, or too long")
	case len(message) > MaxMessageBytes:
		t.Fatal("too large")
	case !utf8.Valid(message):
		t.Fatal("not UTF-8")
	case (m.Properties != nil) != (hasPayload && payload == properties), (m.Traits != nil) != (hasPayload && payload == traits):
		t.Fatal("payload is not the one of the type")
	case m.Context == nil || m.Context.Library.Name != "otelcol-segmentexporter" || m.Context.Library.Version == "":
		t.Fatal("context.library is not ours")
	}
	checkKeys(t, json.NewDecoder(strings.NewReader(string(message))))
}

// checkKeys fails on an object with a key twice or an empty one.
func checkKeys(t *testing.T, dec *json.Decoder) {
	t.Helper()
	token, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	switch token {
	case json.Delim('['):
		for dec.More() {
			checkKeys(t, dec)
		}
	case json.Delim('{'):
		keys := map[string]bool{}
		for dec.More() {
			token, err := dec.Token()
			if err != nil {
				t.Fatal(err)
			}
			key, _ := token.(string)
			if key == "" || keys[key] {
				t.Fatalf("key %q is empty or there twice", key)
			}
			keys[key] = true
			checkKeys(t, dec)
		}
	default:
		return
	}
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
}

// FuzzString reads what the string writer writes with encoding/json.
func FuzzString(f *testing.F) {
	for _, seed := range []string{"", "a", "\"\\/", "\x00\x1f\x7f\b\f\n\r\t", "<&>\u2028", "ü€😀", "\xff", "a\xe2\x82", "\xed\xa0\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		written, valid := appendString([]byte("x"), s)
		var read string
		if err := json.Unmarshal(written[1:], &read); err != nil {
			t.Fatal(err)
		}
		if read != replaceInvalid(s) || valid != utf8.ValidString(s) {
			t.Fatalf("%q became %q, valid is %t", s, read, valid)
		}
	})
}

// FuzzFloat writes numbers as encoding/json does, but for the sign of zero.
func FuzzFloat(f *testing.F) {
	for _, seed := range []float64{0, 1, -1.5, 0.07, 27.49, 1e15 / 100, 9999999999999.99, 1e21, 1e-7, 0.1 + 0.2} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, number float64) {
		for _, n := range []float64{number, math.Round(number*100) / 100} {
			if !finite(n) || n == 0 {
				continue
			}
			expected, err := json.Marshal(n)
			if err != nil {
				t.Fatal(err)
			}
			if actual := appendFloat(nil, n); !bytes.Equal(actual, expected) {
				t.Fatalf("%s, not %s", actual, expected)
			}
		}
	})
}

// FuzzParseObject accepts what encoding/json accepts, and reads the same from it.
func FuzzParseObject(f *testing.F) {
	for _, seed := range []string{
		`{}`, ` {"a" : [1, -2.5e3, "x\u00e9\ud83d\ude00\ud800", true, false, null, {"b":{}}]} `, `{"a":1,"a":{"b":2},"a":{"c":3}}`,
		`{"":1}`, `{"":{"a":[]},"b":2}`, `{"a":9007199254740993,"b":-0,"c":1e400,"d":[1e400]}`, `{"a":01}`, `{"a":1,}`, `{"a"`, `[]`, `{"a":"\x"}`, "{\"a\":\"\xff\"}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var warnings Warnings
		tr := &tree{warnings: &warnings}
		ok := tr.parseObject(s)
		var expected map[string]any
		dec := json.NewDecoder(strings.NewReader(s))
		dec.UseNumber()
		err := dec.Decode(&expected)
		if valid := err == nil && json.Valid([]byte(s)) && expected != nil; valid != ok {
			t.Fatalf("%q: parsed is %t, encoding/json says %v", s, ok, err)
		}
		// A number that is left out displaces nothing, which encoding/json cannot say of duplicate keys.
		if !ok || warnings[NonFinite] > 0 {
			return
		}
		var actual map[string]any
		dec = json.NewDecoder(strings.NewReader(string(tr.append(nil, 0))))
		dec.UseNumber()
		if err := dec.Decode(&actual); err != nil {
			t.Fatal(err)
		}
		if depthOf(expected) <= maxDepth && !reflect.DeepEqual(normalize(expected), normalize(actual)) {
			t.Fatalf("%q became %v, not %v", s, actual, expected)
		}
	})
}

func depthOf(v any) int {
	deepest := 0
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			deepest = max(deepest, depthOf(member))
		}
	case []any:
		for _, element := range v {
			deepest = max(deepest, depthOf(element))
		}
	default:
		return 0
	}
	return deepest + 1
}

// normalize applies the rules for numbers and empty keys to what encoding/json has read.
func normalize(v any) any {
	switch v := v.(type) {
	case map[string]any:
		object := map[string]any{}
		for key, member := range v {
			if key != "" {
				object[key] = normalize(member)
			}
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = normalize(element)
		}
		return list
	case json.Number:
		if !strings.ContainsAny(v.String(), ".eE") && beyond(v) {
			return v.String()
		}
		f, _ := v.Float64()
		return f
	default:
		return v
	}
}

func beyond(n json.Number) bool {
	i, err := n.Int64()
	return err != nil || i > maxSafeInteger || i < -maxSafeInteger
}
