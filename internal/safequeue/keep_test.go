package safequeue

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

var errStopped = errors.New("the collector stops")

// TestQueueKeeps fails when the Collector changes how its queue is told to keep a request.
func TestQueueKeeps(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err  error
		kept []string
	}{
		"keep":         {err: Keep(errStopped), kept: []string{"first", "second"}},
		"wrapped keep": {err: fmt.Errorf("push: %w", Keep(errStopped)), kept: []string{"first", "second"}},
		"joined keep":  {err: errors.Join(errStopped, Keep(errStopped)), kept: []string{"first", "second"}},
		"other error":  {err: errStopped},
		"no error":     {err: nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				disk := storagetest.New()
				stop := make(chan struct{})
				q, err := startQueue(t, New(storageID, "", fine, Report{}), disk, func() error {
					<-stop
					return tc.err
				})
				require.NoError(t, err)
				require.NoError(t, q.send("first", 1))
				synctest.Wait()
				require.NoError(t, q.send("second", 1))
				close(stop)
				q.end()
				assert.Equal(t, []string{"first", "second"}, q.pushed)
				for _, item := range []string{"0", "1"} {
					_, found := disk.Values()[item]
					assert.Equal(t, tc.kept != nil, found, item)
				}
				assert.Equal(t, tc.kept, deliver(t, disk))
			})
		})
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	err := Keep(errStopped)
	require.EqualError(t, err, "the collector stops")
	require.ErrorIs(t, err, errStopped)
	assert.False(t, consumererror.IsPermanent(err))
	assert.True(t, Kept(err))
	assert.True(t, Kept(fmt.Errorf("push: %w", err)))
	assert.False(t, Kept(errStopped))
	assert.False(t, Kept(nil))
}
