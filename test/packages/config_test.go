package packages

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestConfiguration validates the configuration of the packages as it is, but for the key.
func TestConfiguration(t *testing.T) {
	t.Parallel()
	path := filepath.Join(root, "deploy", "packages", "config.yaml")
	output, code := testcollector.Run(t, []string{"SEGMENT_WRITE_KEY=packaged"}, "validate", harness.ComponentStatus, "--config", path)
	assert.Zero(t, code, output)
}
