package safequeue

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

func TestHostWithoutTheExtension(t *testing.T) {
	t.Parallel()
	s := New(storageID, "", fine, Report{})
	h := componenttest.NewNopHost()
	assert.Equal(t, h, s.Host(h))
	require.NoError(t, s.Started())
	require.NoError(t, s.Writable(t.Context()))
	assert.Zero(t, s.Items())
}

// TestHostKeepsTheOtherExtensions for the queue may need them too.
func TestHostKeepsTheOtherExtensions(t *testing.T) {
	t.Parallel()
	other := component.MustNewID("other")
	h := fakeHost{storageID: storagetest.New(), other: storagetest.New()}
	extensions := New(storageID, "", fine, Report{}).Host(h).GetExtensions()
	assert.Len(t, extensions, 2)
	assert.Equal(t, h[other], extensions[other])
	assert.NotEqual(t, h[storageID], extensions[storageID])
}

type statusHost struct {
	fakeHost
	events []*componentstatus.Event
}

func (h *statusHost) Report(event *componentstatus.Event) { h.events = append(h.events, event) }

// TestStatusReachesTheHost when the host has a use for it.
func TestStatusReachesTheHost(t *testing.T) {
	t.Parallel()
	inner := &statusHost{fakeHost: fakeHost{storageID: storagetest.New()}}
	event := componentstatus.NewEvent(componentstatus.StatusOK)
	componentstatus.ReportStatus(New(storageID, "", fine, Report{}).Host(inner), event)
	assert.Equal(t, []*componentstatus.Event{event}, inner.events)

	plain := New(storageID, "", fine, Report{}).Host(inner.fakeHost)
	assert.NotImplements(t, (*componentstatus.Reporter)(nil), plain)
}

// closable counts the clients that are open, and opens none while err is set.
type closable struct {
	*storagetest.Disk
	open int
	err  error
}

func (e *closable) GetClient(ctx context.Context, kind component.Kind, id component.ID, name string) (storage.Client, error) {
	if e.err != nil {
		return nil, e.err
	}
	inner, err := e.Disk.GetClient(ctx, kind, id, name)
	e.open++
	return closableClient{inner, e}, err
}

type closableClient struct {
	storage.Client
	e *closable
}

func (c closableClient) Close(ctx context.Context) error {
	c.e.open--
	return c.Client.Close(ctx)
}

func TestStorageThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	errReadOnly := errors.New("read-only file system")
	_, err := open(t, New(storageID, "", fine, Report{}), &closable{err: errReadOnly})
	require.ErrorIs(t, err, errReadOnly)
	assert.EqualError(t, err, "sending_queue::storage: disk cannot be opened: read-only file system")
}

// TestStorageIsOpenedAgain for a restart in the same process: what has failed is forgotten.
func TestStorageIsOpenedAgain(t *testing.T) {
	t.Parallel()
	ext := &closable{Disk: storagetest.New()}
	s := New(storageID, "", fine, Report{})
	first, err := open(t, s, ext)
	require.NoError(t, err)
	ext.Refuse(func([]*storage.Operation) error { return errDiskFull })
	_, err = first.Get(t.Context(), metadataKey)
	require.ErrorIs(t, err, errDiskFull)
	require.ErrorIs(t, s.Started(), errDiskFull)
	require.NoError(t, first.Close(t.Context()))
	assert.Zero(t, ext.open)

	ext.Refuse(nil)
	ext.Put(metadataKey, metadata(12))
	second, err := open(t, s, ext)
	require.NoError(t, err)
	assert.Equal(t, 1, ext.open)
	_, err = second.Get(t.Context(), metadataKey)
	require.NoError(t, err)
	require.NoError(t, s.Started())
	require.NoError(t, s.Writable(t.Context()))
	assert.EqualValues(t, 12, s.Items())
	require.ErrorIs(t, first.Set(t.Context(), "0", nil), errDiskFull)
	require.NoError(t, second.Set(t.Context(), "0", nil))
}
