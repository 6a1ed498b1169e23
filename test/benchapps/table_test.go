package benchapps

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"text/tabwriter"
)

// result is what was measured.
type result struct {
	CPU     float64 `json:"cpu_us"`  // µs per event
	Call    float64 `json:"call_us"` // µs in which the caller waits
	wire    float64 // bytes of bodies per event
	uploads float64 // per 1000 events
}

type row struct{ language, form, shape string }

// results are the results of all repetitions.
type results map[row][]result

func cpu(r result) float64 { return r.CPU }

func (rs results) add(r row, measured result) { rs[r] = append(rs[r], measured) }

func (rs results) sorted(r row, value func(r result) float64) []float64 {
	var values []float64
	for _, measured := range rs[r] {
		values = append(values, value(measured))
	}
	slices.SortFunc(values, cmp.Compare[float64])
	return values
}

// median is 0 when nothing was measured.
func (rs results) median(r row, value func(r result) float64) float64 {
	values := rs.sorted(r, value)
	if len(values) == 0 {
		return 0
	}
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// ratio is the CPU time in units of that of Segment's library, 0 when one of them was not measured.
func (rs results) ratio(r row) float64 {
	theirs := rs.median(row{r.language, library, r.shape}, cpu)
	if theirs == 0 {
		return 0
	}
	return rs.median(r, cpu) / theirs
}

// spread is the difference between the largest and the smallest CPU time, in percent of the median.
func (rs results) spread(r row) float64 {
	values := rs.sorted(r, cpu)
	if len(values) == 0 {
		return 0
	}
	return 100 * (values[len(values)-1] - values[0]) / rs.median(r, cpu)
}

func (rs results) table() string {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "event\tlanguage\tform\tCPU µs/event\tratio\tspread %\tcall µs\twire B/event\tuploads/1000")
	for _, shape := range shapes {
		for _, l := range languages {
			for _, f := range l.forms {
				rs.write(w, row{l.name, f, shape})
			}
		}
	}
	_ = w.Flush()
	return text.String()
}

func (rs results) write(w *tabwriter.Writer, r row) {
	if len(rs[r]) == 0 {
		return // skipped, or it failed
	}
	_, _ = fmt.Fprintf(w, "%s\t%s\t%s", r.shape, r.language, r.form)
	for _, column := range []struct {
		format string
		value  float64
	}{
		{"%.1f", rs.median(r, cpu)},
		{"%.2f", rs.ratio(r)},
		{"%.0f", rs.spread(r)},
		{"%.1f", rs.median(r, func(r result) float64 { return r.Call })},
		{"%.0f", rs.median(r, func(r result) float64 { return r.wire })},
		{"%.1f", rs.median(r, func(r result) float64 { return r.uploads })},
	} {
		_, _ = fmt.Fprint(w, "\t", cell(column.format, column.value))
	}
	_, _ = fmt.Fprintln(w)
}

func cell(format string, value float64) string {
	if value == 0 {
		return "-"
	}
	return fmt.Sprintf(format, value)
}
