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

// TestSamples validates every configuration of a collector in the repository.
func TestSamples(t *testing.T) {
	t.Parallel()
	s := compile(t)
	for _, pattern := range []string{"../config/*.yaml", "../test/*/collector.yaml", "../test/*/testdata/collector.yaml", "../examples/*/collector.yaml"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Empty(t, problems(t, s, parse(t, string(data))), file)
		}
	}
}

// TestSamplesNameTheSchema follows the first line of each sample, by which editors find the schema.
func TestSamplesNameTheSchema(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Glob("../config/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, samples)
	for _, sample := range samples {
		data, err := os.ReadFile(sample)
		require.NoError(t, err)
		first, _, _ := strings.Cut(string(data), "\n")
		path, ok := strings.CutPrefix(first, modeline)
		require.True(t, ok, "%s: %s", sample, first)
		assert.FileExists(t, filepath.Join(filepath.Dir(sample), path))
	}
}

// TestDocuments validates the configurations in the documents. Some leave out what does not matter there, which is no problem of theirs.
func TestDocuments(t *testing.T) {
	t.Parallel()
	s := compile(t)
	var files []string
	for _, pattern := range []string{"../*.md", "../docs/*.md", "../sandbox/*.md", "../examples/*/*.md"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		files = append(files, found...)
	}
	blocks := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
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
