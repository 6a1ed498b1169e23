package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const modeline = "# yaml-language-server: $schema="

// edited are the configurations that users begin with.
var edited = []string{
	"../config/*.yaml",
	"../deploy/config.yaml",
	"../deploy/sandbox.yaml",
	"../deploy/kubernetes/*/collector.yaml",
	"../deploy/kubernetes/*/*/collector.yaml",
	"../deploy/packages/config.yaml",
}

// TestSamples validates every configuration of a collector in the repository.
func TestSamples(t *testing.T) {
	t.Parallel()
	s := compile(t)
	patterns := append([]string{"../test/*/collector.yaml", "../test/*/testdata/collector.yaml", "../examples/*/collector.yaml"}, edited...)
	for _, file := range matches(t, patterns...) {
		assert.Empty(t, problems(t, s, parse(t, readText(t, file))), file)
	}
}

// TestSamplesNameTheSchema follows the first line of each sample, by which editors find the schema.
func TestSamplesNameTheSchema(t *testing.T) {
	t.Parallel()
	packages := readText(t, "../deploy/packages/nfpm.yaml")
	for _, sample := range matches(t, edited...) {
		first, _, _ := strings.Cut(readText(t, sample), "\n")
		path, ok := strings.CutPrefix(first, modeline)
		require.True(t, ok, "%s: %s", sample, first)
		if installed, ok := strings.CutPrefix(path, "file://"); ok {
			assert.Contains(t, packages, "dst: "+installed+"\n", sample)
			continue
		}
		assert.FileExists(t, filepath.Join(filepath.Dir(sample), path))
	}
}

// matches are the files of the patterns, each of which must have some.
func matches(t *testing.T, patterns ...string) []string {
	t.Helper()
	var files []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		files = append(files, found...)
	}
	return files
}

func readText(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(data)
}

// TestDocuments validates the configurations in the documents. Some leave out what does not matter there, which is no problem of theirs.
func TestDocuments(t *testing.T) {
	t.Parallel()
	s := compile(t)
	blocks := 0
	for _, file := range matches(t, "../*.md", "../docs/*.md", "../sandbox/*.md", "../examples/*/*.md") {
		for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readText(t, file), -1) {
			if !regexp.MustCompile(`(?m)^(exporters|connectors|receivers|extensions):\n {2}segment`).MatchString(block[1]) {
				continue
			}
			blocks++
			for _, problem := range problems(t, s, parse(t, block[1])) {
				assert.Contains(t, problem, "missing propert", "%s: %s", file, block[1])
			}
		}
	}
	assert.Greater(t, blocks, 5)
}
