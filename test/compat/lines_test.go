package compat

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// line is a release of the Collector.
type line struct {
	Unstable, Stable string
}

func readLines(t *testing.T) []line {
	t.Helper()
	data, err := os.ReadFile("lines.txt")
	require.NoError(t, err)
	var lines []line
	for text := range strings.Lines(string(data)) {
		versions := strings.Fields(text)
		require.Len(t, versions, 2, text)
		lines = append(lines, line{versions[0], versions[1]})
	}
	require.NotEmpty(t, lines)
	return lines
}

func TestOldestLineIsRequired(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	oldest := readLines(t)[0]
	assert.Contains(t, string(data), "\tgo.opentelemetry.io/collector/exporter/exporterhelper "+oldest.Unstable+"\n")
	assert.Contains(t, string(data), "\tgo.opentelemetry.io/collector/exporter "+oldest.Stable+"\n")
}
