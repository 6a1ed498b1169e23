// Package doctable keeps tables in documents the same as the code that they are made of.
package doctable

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// begin ends the comment in front of a table, which says how to write it.
const begin = "-update -->\n"

// Check fails unless a document has the table between its comments; with update it writes it there. end is the comment
// behind the table, and command is what writes it.
func Check(t *testing.T, file, end, table, command string, update bool) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(data), begin)
	require.True(t, ok)
	actual, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if update {
		require.NoError(t, os.WriteFile(file, []byte(before+begin+table+end+after), 0o600))
		return
	}
	assert.Equal(t, table, actual, "run "+command)
}
