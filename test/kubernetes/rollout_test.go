package kubernetes

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestChangesRestartPods changes what the user changes.
func TestChangesRestartPods(t *testing.T) {
	t.Parallel()
	v := variants[0]
	template := func(edits ...func(string)) any { return v.build(t, edits...).statefulSets[0].Spec.Template }
	before := template()
	assert.Equal(t, before, template(), "without a change")
	for name, line := range map[string]string{"collector.yaml": "# a comment\n", "keys.env": "ANOTHER_KEY=another\n"} {
		assert.NotEqual(t, before, template(func(folder string) {
			file, err := os.OpenFile(filepath.Join(folder, name), os.O_APPEND|os.O_WRONLY, 0)
			require.NoError(t, err)
			_, err = file.WriteString(line)
			require.NoError(t, err)
			require.NoError(t, file.Close())
		}), name)
	}
}
