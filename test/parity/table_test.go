package parity

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otel-segment/segmentexporter/internal/doctable"
)

var update = flag.Bool("update", false, "write the table of docs/parity.md")

// TestTable keeps the table of docs/parity.md the same as the one in the code; -update writes it.
func TestTable(t *testing.T) {
	t.Parallel()
	doctable.Check(t, filepath.Join("..", "..", "docs", "parity.md"), "<!-- end of table -->", markdown(),
		"go test -run TestTable -update in test/parity", *update)
}

func markdown() string {
	var table strings.Builder
	table.WriteString("\n| Field | Library | What differs | Why |\n| --- | --- | --- | --- |\n")
	for _, d := range differences {
		fields := "`" + strings.Join(d.fields, "`, `") + "`"
		if d.fields[0] == refusal {
			fields = "the whole call"
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", fields, d.side, d.differs, d.why)
	}
	table.WriteByte('\n')
	return table.String()
}
