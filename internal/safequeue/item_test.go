package safequeue

import (
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

const junkError = "sending_queue::storage: item 17 cannot be used (it is junk) and stays where it is: " +
	"restart the collector in the version that wrote it, or with the data of the storage moved away"

// TestJunkWhileRunning has an item that cannot be used: nothing after it is pushed, and nothing on the disk changes.
func TestJunkWhileRunning(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]func([]*storage.Operation) bool{
		"the disk is fine": func([]*storage.Operation) bool { return false },
		"the disk is full": writes,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				disk := storagetest.New()
				var atFailure map[string][]byte
				var reports told
				report := reports.report()
				s := New(storageID, "", noJunk, Report{Unwritable: report.Unwritable, Failed: func(err error) {
					report.Failed(err)
					atFailure = disk.Values()
				}})
				stop := make(chan struct{})
				q, err := startQueue(t, s, disk, func() error {
					<-stop
					return nil
				})
				require.NoError(t, err)
				bodies := sendAll(q, 500)
				item := disk.Values()["17"]
				disk.Put("17", junk)
				disk.Refuse(refuse(refused))
				close(stop)
				synctest.Wait()
				require.Len(t, reports.failed, 1)
				require.EqualError(t, reports.failed[0], junkError)
				require.ErrorIs(t, reports.failed[0], errJunk)
				require.EqualError(t, s.Writable(t.Context()), junkError)
				q.end()
				assert.Equal(t, bodies[:17], q.pushed)
				assert.Equal(t, atFailure, disk.Values())
				assert.Len(t, reports.failed, 1)

				disk.Refuse(nil)
				disk.Put("17", item)
				assert.Subset(t, deliver(t, disk), bodies[17:])
			})
		})
	}
}

// TestJunkAtTheStart is among the items that were under way when the last process ended: the start fails, and nothing on
// the disk changes.
func TestJunkAtTheStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		bodies := leaveUnderWay(t, disk, 30)
		item := disk.Values()["17"]
		disk.Put("17", junk)
		before := disk.Values()
		var reports told
		q, err := startQueue(t, New(storageID, "", noJunk, reports.report()), disk, func() error { return nil })
		require.EqualError(t, err, junkError)
		q.end()
		assert.Empty(t, q.pushed)
		assert.Equal(t, before, disk.Values())
		assert.Empty(t, reports.failed, "the start has told it")

		disk.Put("17", item)
		assert.ElementsMatch(t, bodies, deliver(t, disk))
	})
}

// TestDamagedMetadata are not taken for an empty queue.
func TestDamagedMetadata(t *testing.T) {
	t.Parallel()
	disk := storagetest.New()
	disk.Put(metadataKey, metadata(1)[:8])
	s := New(storageID, "", fine, Report{})
	c, err := open(t, s, disk)
	require.NoError(t, err)
	_, err = c.Get(t.Context(), metadataKey)
	require.ErrorContains(t, err, "sending_queue::storage: the queue is damaged and stays as it is; ")
	require.Equal(t, err, s.Started())
	require.Equal(t, err, c.Set(t.Context(), metadataKey, metadata(0)))
	assert.Equal(t, metadata(1)[:8], disk.Values()[metadataKey])
}

// TestEmptyItem is checked, unlike an item that is missing.
func TestEmptyItem(t *testing.T) {
	t.Parallel()
	disk := storagetest.New()
	disk.Put("3", []byte{})
	c, err := open(t, New(storageID, "", func([]byte) error { return errJunk }, Report{}), disk)
	require.NoError(t, err)
	require.ErrorIs(t, c.Batch(t.Context(), storage.GetOperation("3")), errJunk)
}

// TestMissingItems are passed over, as the queue itself does.
func TestMissingItems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		leaveUnderWay(t, disk, 3)
		disk.Put("1", nil)
		stop := make(chan struct{})
		check := func(item []byte) error {
			assert.NotNil(t, item)
			return nil
		}
		q, err := startQueue(t, New(storageID, "", check, Report{}), disk, func() error {
			<-stop
			return nil
		})
		require.NoError(t, err)
		require.NoError(t, q.send("last", 1))
		disk.Put("4", nil)
		close(stop)
		q.end()
		assert.Equal(t, []string{"0", "", "last"}, q.pushed)
	})
}

// TestWhatIsNoItem is not checked.
func TestWhatIsNoItem(t *testing.T) {
	t.Parallel()
	disk := storagetest.New()
	keys := []string{metadataKey, "ri", "wi", "di", probeKey, "", "1x", "-1"}
	c, err := open(t, New(storageID, "", func([]byte) error { return errJunk }, Report{}), disk)
	require.NoError(t, err)
	for _, key := range keys {
		disk.Put(key, metadata(1))
		require.NoError(t, c.Batch(t.Context(), storage.GetOperation(key)), key)
	}
}

// sendAll sends requests whose bodies are the keys of the items.
func sendAll(q *queue, n int) (bodies []string) {
	for i := range n {
		bodies = append(bodies, strconv.Itoa(i))
		require.NoError(q.t, q.send(bodies[i], 1))
	}
	return bodies
}

// leaveUnderWay leaves a disk where so many items were under way when the process ended.
func leaveUnderWay(t *testing.T, disk *storagetest.Disk, n int) (bodies []string) {
	t.Helper()
	q, err := startQueue(t, New(storageID, "", fine, Report{}), disk, func() error { return Keep(errStopped) })
	require.NoError(t, err)
	bodies = sendAll(q, n)
	q.end()
	return bodies
}
