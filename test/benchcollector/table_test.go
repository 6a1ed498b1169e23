package benchcollector

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"text/tabwriter"
)

// result is what was measured. 0 means that it was not.
type result struct {
	cpu     float64 // µs per event
	peak    float64 // MB
	disk    float64 // KB per record
	wire    float64 // bytes per event
	uploads float64 // per 1000 events
	seconds float64
}

var columns = []struct {
	title, format string
	value         func(r result) float64
}{
	{"CPU µs/event", "%.2f", func(r result) float64 { return r.cpu }},
	{"peak MB", "%.0f", func(r result) float64 { return r.peak }},
	{"disk KB/record", "%.2f", func(r result) float64 { return r.disk }},
	{"wire B/event", "%.0f", func(r result) float64 { return r.wire }},
	{"uploads/1000", "%.2f", func(r result) float64 { return r.uploads }},
	{"seconds", "%.1f", func(r result) float64 { return r.seconds }},
}

// row identifies a row of the table, together with an exporter.
type row struct {
	title, phase string
}

// results are the results of all repetitions, by row and name of the exporter.
type results map[row]map[string][]result

func (rs results) add(r row, e exporter, measured result) {
	if rs[r] == nil {
		rs[r] = map[string][]result{}
	}
	rs[r][e.name] = append(rs[r][e.name], measured)
}

// median is 0 when nothing was measured.
func (rs results) median(r row, e exporter, value func(r result) float64) float64 {
	list := rs[r][e.name]
	if len(list) == 0 {
		return 0
	}
	values := make([]float64, len(list))
	for i := range list {
		values[i] = value(list[i])
	}
	slices.SortFunc(values, cmp.Compare[float64])
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// ratio is the CPU time of segment in units of that of otlp_http, 0 when one of them was not measured.
func (rs results) ratio(r row) float64 {
	cpu := func(r result) float64 { return r.cpu }
	ours, theirs := rs.median(r, segment, cpu), rs.median(r, otlpHTTP, cpu)
	if theirs == 0 {
		return 0
	}
	return ours / theirs
}

func (rs results) table() string {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprint(w, "row\texporter")
	for _, column := range columns {
		_, _ = fmt.Fprint(w, "\t", column.title)
	}
	_, _ = fmt.Fprintln(w, "\tCPU ratio")
	for _, s := range scenarios {
		for _, phase := range s.phases() {
			rs.write(w, row{s.title(), phase})
		}
	}
	_ = w.Flush()
	return text.String()
}

func (rs results) write(w *tabwriter.Writer, r row) {
	for _, e := range []exporter{segment, otlpHTTP} {
		if len(rs[r][e.name]) == 0 {
			continue
		}
		_, _ = fmt.Fprintf(w, "%s%s\t%s", r.title, r.phase, e.name)
		for _, column := range columns {
			_, _ = fmt.Fprint(w, "\t", cell(column.format, rs.median(r, e, column.value)))
		}
		ratio := 0.0
		if e.name == segment.name {
			ratio = rs.ratio(r)
		}
		_, _ = fmt.Fprintln(w, "\t"+cell("%.2f", ratio))
	}
}

func cell(format string, value float64) string {
	if value == 0 {
		return "-"
	}
	return fmt.Sprintf(format, value)
}
