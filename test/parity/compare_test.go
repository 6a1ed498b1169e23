package parity

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// absent is the value of a member that a message does not have.
type absent struct{}

// refusal is the path of a mismatch when only one of the two has delivered. The value of the other is why it has not.
const refusal = "refusal"

// mismatch is a place where the library and the exporter differ.
type mismatch struct {
	path              string
	library, exporter any
}

func (m mismatch) String() string {
	return fmt.Sprintf("%s: the library has %s, the exporter %s", m.path, show(m.library), show(m.exporter))
}

func show(value any) string {
	const most = 200
	if value == any(absent{}) {
		return "nothing"
	}
	data, _ := json.Marshal(value) // it was read from JSON
	if len(data) > most {
		return string(data[:most]) + "…"
	}
	return string(data)
}

// compare returns the places in which the two values differ.
func compare(path string, library, exporter any) []mismatch {
	switch l := library.(type) {
	case map[string]any:
		if e, ok := exporter.(map[string]any); ok {
			return compareObjects(path, l, e)
		}
	case []any:
		if e, ok := exporter.([]any); ok && len(e) == len(l) {
			var found []mismatch
			for i := range l {
				found = append(found, compare(join(path, strconv.Itoa(i)), l[i], e[i])...)
			}
			return found
		}
	case json.Number:
		if e, ok := exporter.(json.Number); ok && sameNumber(l, e) {
			return nil
		}
	case string:
		if e, ok := exporter.(string); ok && path == "timestamp" && sameTime(l, e) {
			return nil
		}
	}
	if reflect.DeepEqual(library, exporter) {
		return nil
	}
	return []mismatch{{path, library, exporter}}
}

func compareObjects(path string, library, exporter map[string]any) []mismatch {
	all := maps.Clone(library)
	maps.Copy(all, exporter)
	var found []mismatch
	for _, key := range slices.Sorted(maps.Keys(all)) {
		found = append(found, compare(join(path, key), member(library, key), member(exporter, key))...)
	}
	return found
}

func member(object map[string]any, key string) any {
	if value, ok := object[key]; ok {
		return value
	}
	return absent{}
}

func join(path, key string) string {
	switch {
	case path == "":
		return key
	case key == "":
		key = `""`
	}
	return path + "." + key
}

// sameNumber compares values: 2, 2.0 and 2e0 are the same number.
func sameNumber(a, b json.Number) bool {
	x, ok := new(big.Rat).SetString(a.String())
	y, okToo := new(big.Rat).SetString(b.String())
	return ok && okToo && x.Cmp(y) == 0
}

// sameTime compares instants in RFC 3339, to the millisecond.
func sameTime(a, b string) bool {
	x, err := time.Parse(time.RFC3339, a)
	y, errToo := time.Parse(time.RFC3339, b)
	return err == nil && errToo == nil && x.Truncate(time.Millisecond).Equal(y.Truncate(time.Millisecond))
}
