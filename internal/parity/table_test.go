package parity

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the table of docs/parity.md")

// TestTable keeps the table of docs/parity.md the same as the one in the code; -update writes it.
func TestTable(t *testing.T) {
	t.Parallel()
	const begin, end = "-update -->\n", "<!-- end of table -->"
	file := filepath.Join("..", "..", "docs", "parity.md")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(data), begin)
	require.True(t, ok)
	table, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(before+begin+markdown()+end+after), 0o600))
		return
	}
	assert.Equal(t, markdown(), table, "run go test -run TestTable -update in internal/parity")
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
