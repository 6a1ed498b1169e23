package safequeue

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// How the queue fares with disks that crash, are full or broken is tested in the root package, with the whole exporter.

// TestDeletesOfTheStartWait for the first batch after the start.
func TestDeletesOfTheStartWait(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]func(context.Context, storage.Client) error{
		"a request goes in": func(ctx context.Context, c storage.Client) error { return c.Set(ctx, "2", nil) },
		"a request goes out": func(ctx context.Context, c storage.Client) error {
			return c.Batch(ctx, storage.SetOperation(metadataKey, nil), storage.GetOperation("1"))
		},
		"a request is done": func(ctx context.Context, c storage.Client) error { return c.Delete(ctx, "1") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			disk := storagetest.New()
			s := New(storageID, "", fine, Report{})
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
