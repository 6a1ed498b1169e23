package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLibraries has a program for each library, and refuses others by name.
func TestLibraries(t *testing.T) {
	t.Parallel()
	for name := range libraries {
		entries, err := os.ReadDir(filepath.Join("..", "..", "examples", "libraries", name))
		require.NoError(t, err)
		assert.NotEmpty(t, entries)
	}
	_, err := installLibrary(t.Context(), "cobol", t.TempDir())
	assert.EqualError(t, err, "LIBRARY=cobol: must be one of node, python")
}
