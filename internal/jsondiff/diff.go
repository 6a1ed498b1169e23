// Package jsondiff finds the places in which two JSON values differ, for the tests that compare messages.
package jsondiff

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
)

// Absent is the value of a member that an object does not have.
type Absent struct{}

// Difference is a place in which two values differ.
type Difference struct {
	// Path has the names and indexes that lead there, such as "context.ids.0". It is empty for the values themselves.
	Path string
	// Left and Right are what is there, Absent{} where one has no such member.
	Left, Right any
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: %s and %s", d.Path, show(d.Left), show(d.Right))
}

func show(value any) string {
	const most = 200
	if value == any(Absent{}) {
		return "nothing"
	}
	data, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	if len(data) > most {
		return string(data[:most]) + "…"
	}
	return string(data)
}

// Diff compares two values that were decoded with json.Decoder.UseNumber. Numbers are the same when they have the same value,
// as 2 and 2e0, or mean the same double, as 4.9e-324 and 5e-324. Arrays of different lengths are one difference.
func Diff(left, right any) []Difference { return diff("", left, right) }

func diff(path string, left, right any) []Difference {
	switch l := left.(type) {
	case map[string]any:
		if r, ok := right.(map[string]any); ok {
			return objects(path, l, r)
		}
	case []any:
		if r, ok := right.([]any); ok && len(r) == len(l) {
			var found []Difference
			for i := range l {
				found = append(found, diff(join(path, strconv.Itoa(i)), l[i], r[i])...)
			}
			return found
		}
	case json.Number:
		if r, ok := right.(json.Number); ok && sameNumber(l, r) {
			return nil
		}
	}
	if reflect.DeepEqual(left, right) {
		return nil
	}
	return []Difference{{path, left, right}}
}

func objects(path string, left, right map[string]any) []Difference {
	all := maps.Clone(left)
	maps.Copy(all, right)
	var found []Difference
	for _, key := range slices.Sorted(maps.Keys(all)) {
		found = append(found, diff(join(path, key), member(left, key), member(right, key))...)
	}
	return found
}

func member(object map[string]any, key string) any {
	if value, ok := object[key]; ok {
		return value
	}
	return Absent{}
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

// Integers are compared exactly: not every 64 bits fit into a double.
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
