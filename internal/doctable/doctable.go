// Package doctable keeps tables in documents the same as the code that they are made from.
package doctable

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// begin is the end of the comment in front of a table. The comment has the command that writes the table.
const begin = "-update -->\n"

// Check fails unless a document has the table between two comments. With update it writes the table there instead. end is the
// comment after the table, and command is what to run when the two differ.
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
