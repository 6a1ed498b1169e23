package safequeue

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// metadata is what a queue with so many messages writes.
func metadata(items uint64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(nil, metadataItemsSize, protowire.Fixed64Type), items)
}

// TestItems has messages that arrive, stay over a restart, and are delivered.
func TestItems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		var stop chan struct{}
		start := func(result error) (*Storage, *queue) {
			stop = make(chan struct{})
			s := New(storageID, "", fine, Report{})
			q, err := startQueue(t, s, disk, func() error {
				<-stop
				return result
			})
			require.NoError(t, err)
			return s, q
		}
		s, q := start(Keep(errStopped))
		assert.Zero(t, s.Items())
		require.NoError(t, q.send("first", 3))
		require.NoError(t, q.send("second", 40))
		assert.EqualValues(t, 43, s.Items())
		close(stop)
		q.end()
		assert.EqualValues(t, 43, s.Items())

		s, q = start(nil)
		assert.EqualValues(t, 43, s.Items())
		close(stop)
		q.end()
		assert.Zero(t, s.Items())
	})
}

// TestItemsOfWhatIsWritten are not those of metadata that could not be written.
func TestItemsOfWhatIsWritten(t *testing.T) {
	t.Parallel()
	disk := storagetest.New()
	disk.Put(metadataKey, metadata(12))
	var reports told
	s := New(storageID, "", fine, reports.report())
	c, err := open(t, s, disk)
	require.NoError(t, err)
	_, err = c.Get(t.Context(), metadataKey)
	require.NoError(t, err)
	require.NoError(t, s.Started())
	assert.EqualValues(t, 12, s.Items())

	takeOut := []*storage.Operation{storage.SetOperation(metadataKey, metadata(5)), storage.GetOperation("0")}
	disk.Refuse(refuse(writes))
	require.ErrorIs(t, c.Batch(t.Context(), storage.SetOperation(metadataKey, metadata(500)), storage.SetOperation("1", nil)), errDiskFull)
	require.NoError(t, c.Batch(t.Context(), takeOut...))
	require.ErrorIs(t, c.Batch(t.Context(), storage.SetOperation(metadataKey, metadata(4)), storage.DeleteOperation("0")), errDiskFull)
	assert.EqualValues(t, 12, s.Items())
	disk.Refuse(nil)
	require.NoError(t, c.Batch(t.Context(), takeOut...))
	assert.EqualValues(t, 5, s.Items())
}

func TestReadMetadata(t *testing.T) {
	t.Parallel()
	underWay := func(size int) []byte {
		return protowire.AppendBytes(protowire.AppendTag(metadata(7), metadataUnderWay, protowire.BytesType), make([]byte, size))
	}
	for name, tc := range map[string]struct {
		data []byte
		held contents
		ok   bool
	}{
		"empty":                 {ok: true},
		"items":                 {data: metadata(7), held: contents{items: 7}, ok: true},
		"under way":             {data: underWay(16), held: contents{items: 7, requests: 2}, ok: true},
		"a field of the future": {data: protowire.AppendVarint(protowire.AppendTag(metadata(7), 9, protowire.VarintType), 1), held: contents{items: 7}, ok: true},
		"cut":                   {data: metadata(7)[:8]},
		"cut behind a tag":      {data: metadata(7)[:1]},
		"half a number":         {data: underWay(12)},
		"no tag":                {data: []byte{0, 0}},
		"unfinished tag":        {data: []byte{0x80}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			held, ok := readMetadata(tc.data)
			assert.Equal(t, tc.ok, ok)
			assert.Equal(t, tc.held, held)
		})
	}
}

// refuse refuses what f finds.
func refuse(f func([]*storage.Operation) bool) func([]*storage.Operation) error {
	return func(ops []*storage.Operation) error {
		if f(ops) {
			return errDiskFull
		}
		return nil
	}
}
