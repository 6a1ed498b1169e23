package translate

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otel-segment/segmentexporter/internal/doctable"
)

// TestContextTable keeps the table of docs/vocabulary.md the same as the one in the code; -update writes it.
func TestContextTable(t *testing.T) {
	t.Parallel()
	doctable.Check(t, filepath.Join("..", "docs", "vocabulary.md"), "<!-- end of context table -->", contextMarkdown(),
		"go test ./translate -run TestContextTable -update", *update)
}

func contextMarkdown() string {
	var table strings.Builder
	table.WriteString("\n| `context.` | From | |\n| --- | --- | --- |\n")
	for _, r := range contextTable {
		var notes []string
		switch r.when {
		case onDevice, onDeviceNotBrowser:
			notes = append(notes, "*device*")
		case onPage:
			notes = append(notes, "only on `page`")
		case ifIP:
			notes = append(notes, "only with `context::ip: true`")
		case ifLocation:
			notes = append(notes, "only with `context::location: true`")
		case always:
		}
		if r.note != "" {
			notes = append(notes, r.note)
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", r.path, sourcesMarkdown(r), strings.Join(notes, "; "))
	}
	table.WriteByte('\n')
	return table.String()
}

// sourcesMarkdown writes `R, Rs key` where a row has the same key on both levels.
func sourcesMarkdown(r row) string {
	var list []string
	resource := r.resource
	if len(r.record) > 0 && len(resource) > 0 && strings.Join(r.record, " ") == strings.Join(resource, " ") {
		return "R, Rs `" + strings.Join(r.record, "`, `") + "`"
	}
	for _, key := range r.record {
		list = append(list, "R `"+key+"`")
	}
	for _, key := range resource {
		list = append(list, "Rs `"+key+"`")
	}
	return strings.Join(list, ", ")
}
