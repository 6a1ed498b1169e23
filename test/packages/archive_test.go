package packages

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/version"
)

// TestArchive unpacks the archive as a user would, and runs what is in it.
func TestArchive(t *testing.T) {
	t.Parallel()
	target := t.TempDir()
	run(t, "tar", "-xzf", release(t, archive), "-C", target)
	entries, err := os.ReadDir(filepath.Join(target, folder))
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	assert.Equal(t, []string{
		"LICENSE", "README.txt", "config", "licenses.txt", "otelcol-segment", "otelcol-segment.cdx.json",
	}, names)
	binary := filepath.Join(target, folder, "otelcol-segment")
	assert.Equal(t, "otelcol-segment version "+version.Version, run(t, binary, "--version"))
	run(t, "env", "SEGMENT_WRITE_KEY=archived", binary, "validate", "--config", filepath.Join(target, folder, "config", "minimal.yaml"))
}

// TestReproducible builds the release again, from a clone in another folder, with another umask, and with git telling the go command about it.
func TestReproducible(t *testing.T) {
	t.Parallel()
	checksums := release(t, "checksums.txt")
	run(t, "sh", "-e", "-c", `cd "$(dirname "$0")" && sha256sum --check --strict checksums.txt`, checksums)
	first, err := os.ReadFile(checksums)
	require.NoError(t, err)
	for _, file := range []string{archive, debFile, rpmFile()} {
		require.Contains(t, string(first), file)
	}
	if uncommitted := run(t, "git", "-C", root, "status", "--porcelain"); uncommitted != "" {
		require.Empty(t, os.Getenv("CI"), "files are not committed")
		t.Skip("a clone does not have what is not committed:\n" + uncommitted)
	}
	clone := filepath.Join(t.TempDir(), "clone")
	run(t, "sh", "-e", "-c", `umask 077; git clone --quiet "$0" "$1"; GOFLAGS=-buildvcs=auto make -j2 -C "$1" release "PLATFORMS=$2"`, root, clone, platform)
	second, err := os.ReadFile(filepath.Join(clone, "build", "release", "checksums.txt"))
	require.NoError(t, err)
	assert.Equal(t, string(first), string(second))
}

// TestReleaseNotes has the notes of this version, and nothing of those before it.
func TestReleaseNotes(t *testing.T) {
	t.Parallel()
	notes, err := os.ReadFile(release(t, "release-notes.md"))
	require.NoError(t, err)
	changes, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(notes), "- "), "%.80s", notes)
	assert.NotContains(t, string(notes), "\n## ")
	assert.Contains(t, string(changes), ")\n\n"+string(notes), "all below the newest heading")
}
