package safequeue

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

var storageID = component.MustNewID("disk")

// fakeHost has extensions and nothing else.
type fakeHost map[component.ID]component.Component

func (h fakeHost) GetExtensions() map[component.ID]component.Component { return h }

func writes(ops []*storage.Operation) bool { return !only(storage.Get, ops) }

var (
	errDiskFull = errors.New("no space left on device")
	errJunk     = errors.New("it is junk")
	junk        = []byte("junk")
)

// fine is a check that finds nothing.
func fine([]byte) error { return nil }

func noJunk(item []byte) error {
	if bytes.Equal(item, junk) {
		return errJunk
	}
	return nil
}

// told is what a storage has reported.
type told struct {
	mu         sync.Mutex
	unwritable []error
	failed     []error
}

func (r *told) report() Report {
	return Report{
		Unwritable: func(err error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.unwritable = append(r.unwritable, err)
		},
		Failed: func(err error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.failed = append(r.failed, err)
		},
	}
}

func open(t *testing.T, s *Storage, ext storage.Extension) (storage.Client, error) {
	t.Helper()
	safe, ok := s.Host(fakeHost{storageID: ext}).GetExtensions()[storageID].(storage.Extension)
	require.True(t, ok)
	return safe.GetClient(t.Context(), component.KindExporter, component.MustNewID("segment"), "logs")
}

// queue is the Collector's queue on a disk, with a storage of this package between the two.
type queue struct {
	exporter.Logs
	t     *testing.T
	ended bool
	// pushed are the bodies of the first records of what it has pushed.
	mu     sync.Mutex
	pushed []string
}

// startQueue starts a queue whose pushes end as push does. The error is that of the storage.
func startQueue(t *testing.T, s *Storage, disk *storagetest.Disk, push func() error) (*queue, error) {
	t.Helper()
	q := &queue{t: t}
	cfg := exporterhelper.NewDefaultQueueConfig()
	cfg.StorageID = &storageID
	cfg.NumConsumers = 1
	cfg.Batch = configoptional.None[exporterhelper.BatchConfig]()
	var err error
	q.Logs, err = exporterhelper.NewLogs(t.Context(), exportertest.NewNopSettings(component.MustNewType("segment")), struct{}{},
		func(_ context.Context, ld plog.Logs) error {
			q.mu.Lock()
			q.pushed = append(q.pushed, body(ld))
			q.mu.Unlock()
			return push()
		}, exporterhelper.WithQueue(configoptional.Some(cfg)))
	require.NoError(t, err)
	t.Cleanup(q.end)
	require.NoError(t, q.Start(t.Context(), s.Host(fakeHost{storageID: disk})))
	return q, s.Started()
}

// body is empty for an item that is missing: to the Collector's own encoding that is an empty request.
func body(ld plog.Logs) string {
	if ld.LogRecordCount() == 0 {
		return ""
	}
	return ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().Str()
}

// send gives the queue one request of so many records.
func (q *queue) send(body string, records int) error {
	ld := plog.NewLogs()
	logs := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for range records {
		logs.AppendEmpty().Body().SetStr(body)
	}
	return q.ConsumeLogs(q.t.Context(), ld)
}

// end stops the queue when all is quiet.
func (q *queue) end() {
	if q.ended {
		return
	}
	q.ended = true
	synctest.Wait()
	assert.NoError(q.t, q.Shutdown(context.WithoutCancel(q.t.Context())))
}

// deliver starts a queue anew, and returns what it pushes.
func deliver(t *testing.T, disk *storagetest.Disk) []string {
	t.Helper()
	q, err := startQueue(t, New(storageID, "", noJunk, Report{}), disk, func() error { return nil })
	require.NoError(t, err)
	q.end()
	return q.pushed
}
