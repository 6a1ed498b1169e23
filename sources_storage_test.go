package segmentexporter

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// tryStart is for a start that can fail.
func (r *rig) tryStart() error { return r.Start(r.t.Context(), r.host) }

// TestSourcesOnDisk has one source that cannot be reached, and restarts with other sources.
func TestSourcesOnDisk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		disk := storagetest.New()
		with := func(change func(*Config)) rigSettings {
			return rigSettings{segment: segment, disk: disk, change: change}
		}

		r := startRig(t, with(withSources("web", "ios")))
		require.NoError(t, r.ConsumeLogs(t.Context(), ofSources(0, 3*batchRecords, "web", "ios", "")))
		settle(time.Second)
		r.requireBalance(3 * batchRecords)
		r.stop()

		for name, c := range map[string]struct {
			change func(*Config)
			errors []string
		}{
			"a source is gone": {
				withSources("web"),
				[]string{"sources::ios: is not in the configuration any more, but fake_storage holds messages of that source"},
			},
			"all are gone": {nil, []string{"sources::ios: is not in the configuration", "sources::web: is not in the configuration"}},
			"the default is gone": {
				withoutDefault("web", "ios"), []string{"write_key: is not in the configuration any more, but fake_storage holds"},
			},
		} {
			refused := newRig(t, with(c.change))
			err := refused.tryStart()
			for _, text := range c.errors {
				require.ErrorContains(t, err, text, name)
			}
			refused.stop()
		}

		// A user who deletes what one source has on disk has not given up the others.
		rest := storagetest.New()
		for key, value := range disk.Values() {
			if strings.Contains(key, "/") {
				rest.Put(key, value)
			}
		}
		refused := newRig(t, rigSettings{segment: segment, disk: rest, change: withoutDefault("web")})
		require.ErrorContains(t, refused.tryStart(), "sources::ios: is not in the configuration")
		refused.stop()

		segment.answers(nil)
		r = startRig(t, with(withSources("web", "ios", "tv")))
		settle(2 * time.Minute)
		segment.requireAll(3 * batchRecords)
		for i, key := range []string{"web-key", "ios-key", "key"} {
			assert.Equal(t, key, segment.keysByID()[messageID(i)])
		}
		r.stop()

		// A source without messages can go.
		for _, change := range []func(*Config){withoutDefault("web"), withSources("web"), nil} {
			startRig(t, with(change)).stop()
		}
	})
}

// TestDefaultOfAnOlderVersion has a queue of write_key without a list of sources, as older versions left it: its messages keep
// the key from being taken out.
func TestDefaultOfAnOlderVersion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		disk := storagetest.New()
		r := startRig(t, rigSettings{segment: segment, disk: disk})
		r.send(0, batchRecords)
		settle(time.Second)
		r.stop()
		for key := range disk.Values() {
			assert.NotContains(t, key, "sources", "an exporter without sources writes nothing that a queue does not")
		}
		refused := newRig(t, rigSettings{segment: segment, disk: disk, change: withoutDefault("web")})
		assert.ErrorContains(t, refused.tryStart(), "write_key: is not in the configuration any more")
	})
}

// TestSourcesOnABrokenDisk do not start: a source that is gone could have left messages there.
func TestSourcesOnABrokenDisk(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]struct {
		names, queue string
		crash        int
		expected     string
	}{
		"cannot be read": {"", "", 1, "crashed"},
		"damaged names":  {"{", "", 0, "the names of the queues are damaged"},
		"damaged queue":  {`["gone"]`, "\x80", 0, "sources::gone: is not in the configuration any more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				disk := storagetest.New()
				if broken.names != "" {
					disk.Put("sources/safequeue_sources", []byte(broken.names))
				}
				if broken.queue != "" {
					disk.Put("logs_gone/qmv0", []byte(broken.queue))
				}
				disk.CrashAt(broken.crash)
				r := newRig(t, rigSettings{segment: newFakeSegment(t), disk: disk, change: withSources("web")})
				assert.ErrorContains(t, r.tryStart(), broken.expected)
			})
		})
	}
}

// TestCrashesOfSources ends the process at every operation on the disk: nothing that was taken is lost.
func TestCrashesOfSources(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for at := 1; ; at++ {
			segment, disk := newFakeSegment(t), storagetest.New()
			set := rigSettings{segment: segment, disk: disk, change: withSources("web", "ios")}
			segment.answers(always(down))
			disk.CrashAt(at)
			first := newRig(t, set)
			taken := 0
			if first.tryStart() == nil && first.ConsumeLogs(t.Context(), ofSources(0, 2*batchRecords, "web", "ios")) == nil {
				taken = 2 * batchRecords
			}
			settle(time.Second)
			crashed := disk.Batches() >= at
			first.stopped = true
			_ = first.Shutdown(t.Context())
			disk.CrashAt(0)
			segment.answers(nil)
			again := startRig(t, set)
			settle(2 * time.Minute)
			segment.requireAll(taken)
			again.stop()
			if !crashed {
				return
			}
		}
	})
}
