package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// TestHelmIsRendered compares the values with those that testdata/helm.yaml was rendered from, of which testdata/helm.digest is left.
// Rendering needs helm and the chart, so it is done by hand.
func TestHelmIsRendered(t *testing.T) {
	t.Parallel()
	values, err := os.ReadFile(helmValues)
	require.NoError(t, err)
	// Without the comments.
	data, err := yaml.YAMLToJSONStrict(values)
	require.NoError(t, err)
	digest := sha256.Sum256(data)
	want, err := os.ReadFile("testdata/helm.digest")
	require.NoError(t, err)
	assert.Equal(t, strings.TrimSpace(string(want)), hex.EncodeToString(digest[:]), `the values have changed. Put this digest into testdata/helm.digest, and render:
helm template segment open-telemetry/opentelemetry-collector --version VERSION -n segment -f deploy/helm/values.yaml > test/kubernetes/testdata/helm.yaml`)

	text, err := os.ReadFile(rendered)
	require.NoError(t, err)
	version := regexp.MustCompile(`helm\.sh/chart: opentelemetry-collector-(\S+)`).FindSubmatch(text)
	require.NotNil(t, version)
	page, err := os.ReadFile("../../docs/kubernetes.md")
	require.NoError(t, err)
	assert.Contains(t, string(page), "opentelemetry-collector --version "+string(version[1])+" ", "the version of the chart")
}
