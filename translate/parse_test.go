package translate

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

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
