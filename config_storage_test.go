package segmentexporter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// TestStorageIsNoExtension does not start, and can be shut down.
func TestStorageIsNoExtension(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   func(*rig)
		expected string
	}{
		"missing": {
			func(r *rig) { delete(r.host.extensions, storageID) },
			`sending_queue::storage: there is no extension "fake_storage": add it to extensions, and to service::extensions`,
		},
		"another kind": {
			func(r *rig) { r.host.extensions[storageID] = fakeNetwork{} },
			`sending_queue::storage: the extension "fake_storage" is not one that stores data, such as file_storage`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, rigSettings{segment: newFakeSegment(t), disk: storagetest.New()})
			c.change(r)
			require.EqualError(t, r.Start(t.Context(), r.host), c.expected)
			assert.NoError(t, r.Shutdown(t.Context()))
			r.stopped = true
		})
	}
}
