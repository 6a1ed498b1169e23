package benchcollector

import "fmt"

// target is an upper limit for a result.
type target struct {
	name  string
	limit float64
	value func(rs results) float64
}

var targets = []target{
	{"1 KB, memory: CPU ratio", 0.80, func(rs results) float64 { return rs.ratio(row{largeMemory.title(), ""}) }},
	{"1 KB, disk: CPU ratio", 0.60, func(rs results) float64 { return rs.ratio(row{largeDisk.title(), ""}) }},
	{"1 KB, 100 sources over one: CPU ratio", 1.20, func(rs results) float64 {
		cpu := func(r result) float64 { return r.cpu }
		return rs.median(row{sourcesMemory.title(), ""}, segment, cpu) / rs.median(row{largeMemory.title(), ""}, segment, cpu)
	}},
	{"1 KB, 50,000 in memory: peak MB", 180, func(rs results) float64 {
		return rs.median(row{largeMemoryOutage.title(), largeMemoryOutage.phases()[0]}, segment, func(r result) float64 { return r.peak })
	}},
	{"1 KB, 50,000 on disk: KB/record", 0.30, func(rs results) float64 {
		return rs.median(row{largeDiskOutage.title(), largeDiskOutage.phases()[0]}, segment, func(r result) float64 { return r.disk })
	}},
}

// check says whether the target is met. A result that was not measured misses no target.
func (g target) check(rs results) (text string, missed bool) {
	value := g.value(rs)
	if value == 0 {
		return fmt.Sprintf("target %s: not measured", g.name), false
	}
	verdict := "met"
	if missed = value > g.limit; missed {
		verdict = "missed"
	}
	return fmt.Sprintf("target %s %.2f, at most %.2f: %s", g.name, value, g.limit, verdict), missed
}
