package translate

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// compiledRow is a row of the context table with its sources as numbers.
type compiledRow struct {
	row
	fromRecord, fromResource []uint8
	recordMask               uint64 // the bits of fromRecord
	group, key               string // the parts of path; group is "" for a member of the context itself
}

// sourceNumbers numbers the attributes that the context is made from, and compiledRows refers to them.
var (
	sourceNumbers, compiledRows = compileRows()

	recordRows  = rowsThat(func(r *compiledRow) bool { return len(r.fromRecord) > 0 || r.when == onPage })
	companions  = rowsThat(func(r *compiledRow) bool { return r.beside != "" })
	documentBit = uint64(1) << sourceNumbers[documentURL]
)

func rowsThat(hold func(*compiledRow) bool) []*compiledRow {
	var rows []*compiledRow
	for i := range compiledRows {
		if hold(&compiledRows[i]) {
			rows = append(rows, &compiledRows[i])
		}
	}
	return rows
}

// maxSources is how many attributes can be numbered: the bits of sourceValues.present.
const maxSources = 64

func compileRows() (map[string]uint8, []compiledRow) {
	numbers := map[string]uint8{}
	number := func(keys []string) []uint8 {
		list := make([]uint8, len(keys))
		for i, key := range keys {
			if _, ok := numbers[key]; !ok {
				numbers[key] = uint8(len(numbers))
			}
			list[i] = numbers[key]
		}
		return list
	}
	rows := make([]compiledRow, len(contextTable))
	for i, r := range contextTable {
		rows[i] = compiledRow{row: r, fromRecord: number(r.record), fromResource: number(r.resource)}
		if group, key, nested := strings.Cut(r.path, "."); nested {
			rows[i].group, rows[i].key = group, key
		} else {
			rows[i].key = r.path
		}
		for _, n := range rows[i].fromRecord {
			rows[i].recordMask |= 1 << n
		}
	}
	number(urlSources)
	if len(numbers) > maxSources {
		panic("translate: the context is made from more attributes than maxSources")
	}
	return numbers, rows
}

// sourceValues are the attributes of one record or resource that the context is made from.
type sourceValues struct {
	present uint64
	values  [maxSources]pcommon.Value
}

func (s *sourceValues) set(number uint8, v pcommon.Value) {
	s.present |= 1 << number
	s.values[number] = v
}

func (s *sourceValues) get(number uint8) (pcommon.Value, bool) {
	if s.present&(1<<number) == 0 {
		return pcommon.Value{}, false
	}
	return s.values[number], true
}

// text is the string of an attribute, "" when there is none.
func (s *sourceValues) text(key string) string {
	v, ok := s.get(sourceNumbers[key])
	if !ok {
		return ""
	}
	return textOf(v)
}

// kindOfDevice says whether only the resources of end-user devices have such an attribute, and whether only those of browsers do.
func kindOfDevice(key string, v pcommon.Value) (device, browser bool) {
	switch {
	case !usable(v):
		return false, false
	case key == "telemetry.sdk.language" && textOf(v) == "webjs", strings.HasPrefix(key, "browser."):
		return true, true
	case key == "os.name":
		_, device = deviceNames[strings.ToLower(textOf(v))]
		return device, false
	default:
		return key == "app.installation.id" || strings.HasPrefix(key, "device.") || strings.HasPrefix(key, "android."), false
	}
}

// deviceNames are the operating systems that only end-user devices have, in lower case.
var deviceNames = map[string]struct{}{"android": {}, "ios": {}, "ipados": {}, "tvos": {}, "watchos": {}, "visionos": {}}

// usable says whether an attribute counts as present.
func usable(v pcommon.Value) bool {
	switch v.Type() {
	case pcommon.ValueTypeEmpty:
		return false
	case pcommon.ValueTypeStr:
		return !blank(v.Str())
	default:
		return true
	}
}
