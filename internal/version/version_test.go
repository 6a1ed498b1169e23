package version

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestVersionIsTheNewestRelease keeps the version, the change log and the collector's own version together.
func TestVersionIsTheNewestRelease(t *testing.T) {
	t.Parallel()
	for file, pattern := range map[string]string{
		"CHANGELOG.md":        `(?m)^## (\d+\.\d+\.\d+)`,
		"builder-config.yaml": `(?m)^  version: (\S+)$`,
		"deploy/kubernetes/gateway/kustomization.yaml": `(?m)^    newTag: (\S+)$`,
		"deploy/kubernetes/kafka/kustomization.yaml":   `(?m)^    newTag: (\S+)$`,
		"docs/kubernetes.md":                           `otelcol-segment:(\d+\.\d+\.\d+)`,
		"deploy/helm/values.yaml":                      `(?m)^  tag: (\S+)$`,
		"deploy/compose.yaml":                          `image: otelcol-segment:(\S+)`,
		"docs/install.md":                              `otelcol-segment:(\d+\.\d+\.\d+)`,
	} {
		data, err := os.ReadFile(filepath.Join("..", "..", file))
		require.NoError(t, err)
		match := regexp.MustCompile(pattern).FindSubmatch(data)
		require.NotNil(t, match, file)
		assert.Equal(t, Version, string(match[1]), file)
	}
}
