package safequeue

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// How a queue fares with this storage is tested in the root package, with the queue itself.

var storageID = component.MustNewID("disk")

type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

func TestHostWithoutTheExtension(t *testing.T) {
	t.Parallel()
	s := New(storageID, Report{})
	h := componenttest.NewNopHost()
	assert.Equal(t, h, s.Host(h))
	require.NoError(t, s.Started())
}

// TestHostKeepsTheOtherExtensions for the queue may need them too.
func TestHostKeepsTheOtherExtensions(t *testing.T) {
	t.Parallel()
	other := component.MustNewID("other")
	h := host{storageID: storagetest.New(), other: storagetest.New()}
	extensions := New(storageID, Report{}).Host(h).GetExtensions()
	assert.Len(t, extensions, 2)
	assert.Equal(t, h[other], extensions[other])
	assert.NotEqual(t, h[storageID], extensions[storageID])
}

type unopenable struct {
	*storagetest.Disk
}

var errReadOnly = errors.New("read-only file system")

func (unopenable) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	return nil, errReadOnly
}

func TestStorageThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	_, err := open(t, New(storageID, Report{}), unopenable{storagetest.New()})
	require.ErrorIs(t, err, errReadOnly)
	assert.EqualError(t, err, "sending_queue::storage: disk cannot be opened: read-only file system")
}

// TestDeletesOfTheStartWait until the first batch that comes after it.
func TestDeletesOfTheStartWait(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]func(context.Context, storage.Client) error{
		"a request goes in": func(ctx context.Context, c storage.Client) error { return c.Set(ctx, "2", nil) },
		"a request goes out": func(ctx context.Context, c storage.Client) error {
			return c.Batch(ctx, storage.SetOperation("note", nil), storage.GetOperation("1"))
		},
		"a request is done": func(ctx context.Context, c storage.Client) error { return c.Delete(ctx, "1") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			disk := storagetest.New()
			s := New(storageID, Report{})
			c, err := open(t, s, disk)
			require.NoError(t, err)
			require.NoError(t, c.Set(t.Context(), "0", []byte("x")))
			require.NoError(t, c.Delete(t.Context(), "0"))
			require.NoError(t, s.Started())
			assert.Contains(t, disk.Values(), "0")
			require.NoError(t, next(t.Context(), c))
			assert.NotContains(t, disk.Values(), "0")
		})
	}
}

func open(t *testing.T, s *Storage, ext storage.Extension) (storage.Client, error) {
	t.Helper()
	guarded, ok := s.Host(host{storageID: ext}).GetExtensions()[storageID].(storage.Extension)
	require.True(t, ok)
	return guarded.GetClient(t.Context(), component.KindExporter, component.MustNewID("segment"), "logs")
}
