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
	"testing/synctest"
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
	tr := New(cfg, Source{WriteKey: "write-key"})
	f.Fuzz(func(t *testing.T, data []byte) {
		ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
		if err != nil {
			return
		}
		// In a bubble the time stands still, for the records that have none.
		synctest.Test(t, func(t *testing.T) {
			first := translateOnce(t, tr, ld)
			for i, message := range first.messages {
				checkMessage(t, message, first.complete[i])
			}
			if second := translateOnce(t, tr, ld); !reflect.DeepEqual(first, second) {
				t.Fatal("the second translation differs from the first")
			}
		})
	})
}

// translateOnce gives the same random ids each time.
func translateOnce(t *testing.T, tr *Translator, ld plog.Logs) translation {
	t.Helper()
	enc := tr.Encoder()
	defer enc.Release()
	enc.stamp.random.Seed([32]byte{})
	return translateWith(t, enc, ld)
}

func checkMessage(t *testing.T, message []byte, complete bool) {
	t.Helper()
	if len(message) > MaxMessageBytes || !utf8.Valid(message) {
		t.Fatal("too large, or not UTF-8")
	}
	// Not a struct: its fields would take members in another case too, and `segment.extra` gives any.
	var m map[string]json.RawMessage
	if err := json.Unmarshal(message, &m); err != nil {
		t.Fatal(err)
	}
	typ, ok := parseType(strings.Trim(string(m["type"]), `"`))
	if !ok {
		t.Fatalf("type %s", m["type"])
	}
	var id string
	if err := json.Unmarshal(m["messageId"], &id); err != nil || id == "" || utf8.RuneCountInString(id) >= maxMessageID {
		t.Fatal("no message id, or too long")
	}
	if _, ok := MessageTime(message); !ok {
		t.Fatal("no time")
	}
	if !complete {
		checkDerived(t, m, typ)
	}
	checkKeys(t, json.NewDecoder(bytes.NewReader(message)), complete)
}

// checkDerived checks what a message has that is not complete.
func checkDerived(t *testing.T, m map[string]json.RawMessage, typ Type) {
	t.Helper()
	payload, hasPayload := payloadName(typ)
	for _, name := range [...]objectName{properties, traits} {
		if json := m[objectNames[name]]; (len(json) > 0) != (hasPayload && payload == name) || len(json) > 0 && json[0] != '{' {
			t.Fatal("payload is not the one of the type")
		}
	}
	var c struct {
		Library struct{ Name, Version string }
	}
	if err := json.Unmarshal(m["context"], &c); err != nil {
		t.Fatal(err)
	}
	if c.Library.Name != "otelcol-segmentexporter" || c.Library.Version == "" {
		t.Fatal("context.library is not ours")
	}
}

// checkKeys fails on an object with a key twice, or with an empty one, which only complete messages can have.
func checkKeys(t *testing.T, dec *json.Decoder, complete bool) {
	t.Helper()
	token, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	switch token {
	case json.Delim('['):
		for dec.More() {
			checkKeys(t, dec, complete)
		}
	case json.Delim('{'):
		keys := map[string]bool{}
		for dec.More() {
			token, err := dec.Token()
			if err != nil {
				t.Fatal(err)
			}
			key, _ := token.(string)
			if key == "" && !complete || keys[key] {
				t.Fatalf("key %q is empty or there twice", key)
			}
			keys[key] = true
			checkKeys(t, dec, complete)
		}
	default:
		return
	}
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
}

// FuzzString reads with encoding/json what appendString writes.
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
