package benchcollector

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// scenario is what is measured with one collector. It has a row in the table for each of its phases.
type scenario interface {
	title() string
	phases() []string
	// load is the kind of the records, and how many of them are in a request.
	load() (k kind, records int)
	// run returns a result for each phase; events is how many are sent, 0 for the default.
	run(t *testing.T, e exporter, l load, events int) []result
}

// The scenarios that have a target.
var (
	largeMemory       = throughput{"memory", large, senders, memory}
	largeDisk         = throughput{"disk", large, senders, disk}
	largeMemoryOutage = outage{"outage in memory", large, false}
	largeDiskOutage   = outage{"outage on disk", large, true}
	sourcesMemory     = throughput{"memory", manySources, senders, withSources}
)

var scenarios = []scenario{
	largeMemory,
	largeDisk,
	throughput{"wait_for_result", large, waitingSenders, waiting},
	throughput{"memory, beside debug", large, senders, fanOut},
	sourcesMemory,
	throughput{"memory", small, senders, memory},
	throughput{"disk", small, senders, disk},
	throughput{"wait_for_result", small, waitingSenders, waiting},
	throughput{"disk", ordinary, senders, disk},
	largeMemoryOutage,
	largeDiskOutage,
	outage{"outage on disk", small, true},
}

func memory(exporter, string) []string { return nil }

func disk(e exporter, folder string) []string {
	return []string{
		fmt.Sprintf("extensions: {file_storage: {directory: %s}}", strconv.Quote(folder)),
		"service: {extensions: [file_storage]}",
		exporting(e, "sending_queue: {storage: file_storage}"),
	}
}

func waiting(e exporter, _ string) []string {
	return []string{exporting(e, "sending_queue: {wait_for_result: true}")}
}

// fanOut adds a second exporter, with which the records are shared: they are read-only then.
func fanOut(e exporter, _ string) []string {
	return []string{fmt.Sprintf("service: {pipelines: {logs: {exporters: [%s, debug]}}}", e.name)}
}

// withSources has a queue for each source, none of which fills up: without block_on_overflow a call goes from one to the next.
func withSources(e exporter, _ string) []string {
	if e.name != segment.name {
		return nil
	}
	var entries []string
	for i := range sources {
		entries = append(entries, fmt.Sprintf("%s: {write_key: key-%d}", sourceName(i), i))
	}
	return []string{exporting(e, "sources: {"+strings.Join(entries, ", ")+"}, sending_queue: {block_on_overflow: false}")}
}
