package libraries

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
)

// absent is the value of a member that a message does not have.
type absent struct{}

// mismatch is a place where the message that was sent straight differs from the one that went through the gateway.
type mismatch struct {
	path              string
	straight, through any
}

func (m mismatch) String() string {
	return fmt.Sprintf("%s: straight it is %s, through the gateway %s", m.path, show(m.straight), show(m.through))
}

func show(value any) string {
	const most = 200
	if value == any(absent{}) {
		return "not there"
	}
	data, _ := json.Marshal(value) // it was read from JSON
	if len(data) > most {
		return string(data[:most]) + "…"
	}
	return string(data)
}

// compare returns the places in which the two values differ.
func compare(path string, straight, through any) []mismatch {
	switch s := straight.(type) {
	case map[string]any:
		if g, ok := through.(map[string]any); ok {
			return compareObjects(path, s, g)
		}
	case []any:
		if g, ok := through.([]any); ok && len(g) == len(s) {
			var found []mismatch
			for i := range s {
				found = append(found, compare(join(path, strconv.Itoa(i)), s[i], g[i])...)
			}
			return found
		}
	case json.Number:
		if g, ok := through.(json.Number); ok && sameNumber(s, g) {
			return nil
		}
	}
	if reflect.DeepEqual(straight, through) {
		return nil
	}
	return []mismatch{{path, straight, through}}
}

func compareObjects(path string, straight, through map[string]any) []mismatch {
	all := maps.Clone(straight)
	maps.Copy(all, through)
	var found []mismatch
	for _, key := range slices.Sorted(maps.Keys(all)) {
		found = append(found, compare(join(path, key), member(straight, key), member(through, key))...)
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

// sameNumber compares values: 2, 2.0 and 2e0 are the same number, and so are 4.9e-324 and 5e-324, which mean the same double.
func sameNumber(a, b json.Number) bool {
	x, ok := new(big.Rat).SetString(a.String())
	y, okToo := new(big.Rat).SetString(b.String())
	if !ok || !okToo {
		return false
	}
	if x.IsInt() || y.IsInt() {
		return x.Cmp(y) == 0
	}
	nearest, _ := x.Float64()
	nearestToo, _ := y.Float64()
	return nearest == nearestToo
}
