package safequeue

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

func deletes(ops []*storage.Operation) bool { return slices.ContainsFunc(ops, is(storage.Delete)) }

// TestProbeThatCannotBeDeleted goes with the next operation.
func TestProbeThatCannotBeDeleted(t *testing.T) {
	t.Parallel()
	disk := storagetest.New()
	var reports told
	s := New(storageID, "", fine, reports.report())
	c, err := open(t, s, disk)
	require.NoError(t, err)
	require.NoError(t, s.Started())
	require.NoError(t, c.Set(t.Context(), "0", nil))
	disk.Refuse(refuse(writes))
	require.ErrorIs(t, c.Set(t.Context(), "1", make([]byte, 100)), errDiskFull)
	require.ErrorIs(t, s.Writable(t.Context()), errDiskFull)
	assert.NotContains(t, disk.Values(), probeKey)

	disk.Refuse(refuse(deletes))
	require.NoError(t, s.Writable(t.Context()))
	assert.Len(t, disk.Values()[probeKey], 100)
	require.ErrorIs(t, c.Set(t.Context(), "1", nil), errDiskFull)
	disk.Refuse(nil)
	require.NoError(t, c.Set(t.Context(), "1", nil))
	assert.NotContains(t, disk.Values(), probeKey)
	require.Len(t, reports.unwritable, 3)
	require.ErrorIs(t, reports.unwritable[0], errDiskFull)
	require.NoError(t, reports.unwritable[1])
	require.ErrorIs(t, reports.unwritable[2], errDiskFull)
}

// TestProbeThatIsDeleted is not deleted again.
func TestProbeThatIsDeleted(t *testing.T) {
	t.Parallel()
	disk := storagetest.New()
	var reports told
	s := New(storageID, "", fine, reports.report())
	c, err := open(t, s, disk)
	require.NoError(t, err)
	require.NoError(t, s.Started())
	disk.Refuse(refuse(writes))
	require.ErrorIs(t, c.Set(t.Context(), "0", make([]byte, 100)), errDiskFull)
	disk.Refuse(nil)
	require.NoError(t, s.Writable(t.Context()))
	assert.NotContains(t, disk.Values(), probeKey)
	disk.Refuse(refuse(deletes))
	require.NoError(t, c.Set(t.Context(), "0", nil))
}

// TestProbeOfTheLastProcess is deleted by the next one.
func TestProbeOfTheLastProcess(t *testing.T) {
	t.Parallel()
	disk := storagetest.New()
	disk.Put(probeKey, make([]byte, 100))
	s := New(storageID, "", fine, Report{})
	c, err := open(t, s, disk)
	require.NoError(t, err)
	require.NoError(t, s.Started())
	require.NoError(t, c.Set(t.Context(), "0", nil))
	assert.NotContains(t, disk.Values(), probeKey)
}
