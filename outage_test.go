package segmentexporter

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

const (
	outageLine   = "No messages are delivered"
	recoveryLine = "Segment takes uploads again"
)

func (r *rig) outages() []observer.LoggedEntry { return r.lines.FilterMessage(outageLine).All() }

// TestOutageIsSeen from its first half minute to its end, in the log and in the status, wherever messages wait.
func TestOutageIsSeen(t *testing.T) {
	t.Parallel()
	for name, q := range queues {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment := newFakeSegment(t)
				segment.answers(always(unavailable))
				set := rigSettings{segment: segment, change: q.change}
				if q.onDisk {
					set.disk = storagetest.New()
				}
				r := startRig(t, set)
				if name == "no queue" {
					go func() { assert.NoError(t, r.ConsumeLogs(t.Context(), records(0, 4*batchRecords))) }()
				} else {
					r.send(0, 4*batchRecords)
				}
				settle(29 * time.Second)
				assert.Empty(t, r.outages())
				assert.Empty(t, r.host.reported())

				settle(time.Second)
				lines := r.outages()
				require.Len(t, lines, 1)
				assert.Equal(t, zapcore.WarnLevel, lines[0].Level)
				fields := lines[0].ContextMap()
				assert.Equal(t, "30s", fields["outage"])
				assert.EqualValues(t, 4*batchRecords, fields["waiting_messages"])
				assert.Contains(t, fields["error"], "503 Service Unavailable")
				assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError}, r.host.reported())

				settle(10 * time.Minute)
				assert.Len(t, r.outages(), 3, "once every five minutes")

				segment.answers(nil)
				settle(2 * time.Minute)
				segment.requireAll(4 * batchRecords)
				assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError, componentstatus.StatusOK}, r.host.reported())
				lines = r.lines.FilterMessage(recoveryLine).All()
				require.Len(t, lines, 1)
				assert.Regexp(t, `^1[012]m\d+`, lines[0].ContextMap()["outage"])
				settle(time.Hour)
				assert.Len(t, r.outages(), 3)
			})
		})
	}
}

// TestFailuresThatAreNoOutage: others are delivered between them, or nothing waits any more.
func TestFailuresThatAreNoOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) { c.RetryConfig.Enabled = false }})
		for i := range 100 {
			segment.answers(always([]answer{unavailable, ok}[i%2]))
			r.send(i*batchRecords, (i+1)*batchRecords)
			settle(10 * time.Second)
		}
		segment.latency = 100 * time.Millisecond
		segment.answers(always(down))
		r.send(0, batchRecords)
		settle(29*time.Second + 900*time.Millisecond)
		segment.answers(nil)
		r.send(0, batchRecords/2) // waits in the batcher, and then is under way, when the failure is old enough
		settle(time.Hour)
		assert.Empty(t, r.outages())
		assert.Empty(t, r.host.reported())
		assert.Zero(t, r.lines.FilterMessage(recoveryLine).Len())
	})
}

// TestOutageOfSendersThatRepeat: nothing waits in the exporter at any moment, and messages are not delivered all the same.
func TestOutageOfSendersThatRepeat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			c.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]()
			c.RetryConfig.Enabled = false
		}})
		for range 7 {
			require.Error(t, r.ConsumeLogs(t.Context(), records(0, 5)))
			settle(5 * time.Second)
		}
		require.Len(t, r.outages(), 1)
		segment.answers(nil)
		require.NoError(t, r.ConsumeLogs(t.Context(), records(0, 5)))
		assert.Equal(t, 1, r.lines.FilterMessage(recoveryLine).Len())
	})
}

// TestRefusedKeyIsRepeated as an error that names the setting, until it is mended.
func TestRefusedKeyIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(answer{status: http.StatusUnauthorized}))
		r := startRig(t, rigSettings{segment: segment})
		r.send(0, batchRecords)
		settle(11 * time.Minute)
		lines := r.outages()
		require.Len(t, lines, 3)
		for _, line := range lines {
			assert.Equal(t, zapcore.ErrorLevel, line.Level)
			assert.Contains(t, line.ContextMap()["error"], "check write_key and region")
		}
		assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError}, r.host.reported())
	})
}

// TestNoStackTraces are in the log: nothing of this is a bug.
func TestNoStackTraces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(answer{status: http.StatusUnauthorized}))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) { c.RetryConfig.MaxElapsedTime = time.Minute }})
		r.send(0, batchRecords)
		settle(time.Hour)
		r.send(0, batchRecords)
		r.stop()
		errs := 0
		for _, line := range r.lines.All() {
			assert.Empty(t, line.Stack, line.Message)
			if line.Level == zapcore.ErrorLevel {
				errs++
			}
		}
		assert.Greater(t, errs, 2)
	})
}

// TestStartLine says where uploads go, and no secret.
func TestStartLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   func(*Config)
		disk     *storagetest.Disk
		expected map[string]any
	}{
		"default": {func(c *Config) { c.ClientConfig.Endpoint = "" }, nil, map[string]any{
			"endpoint": "https://api.segment.io/v1/batch", "region": "us", "queue": "memory", "oauth": "off",
		}},
		"other region, on disk": {func(c *Config) { c.ClientConfig.Endpoint, c.Region = "", RegionEU }, storagetest.New(), map[string]any{
			"endpoint": "https://events.eu1.segmentapis.com/v1/batch", "region": "eu", "queue": "fake_storage", "oauth": "off",
		}},
		"own endpoint, no queue": {func(c *Config) {
			c.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]()
		}, nil, map[string]any{"endpoint": "http://segment.invalid/v1/batch", "queue": "none", "oauth": "off"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := startRig(t, rigSettings{segment: newFakeSegment(t), disk: c.disk, change: func(cfg *Config) {
					cfg.WriteKey = "secret-write-key\n"
					c.change(cfg)
				}})
				lines := r.lines.FilterMessage("Uploads go to Segment's API").All()
				require.Len(t, lines, 1)
				// printf %s secret-write-key | sha256sum
				c.expected["write_key_sha256"] = "39bf24ec"
				assert.Equal(t, c.expected, lines[0].ContextMap())
			})
		})
	}
}

// oldest is the metric of the age of the oldest message.
func (r *rig) oldest() float64 {
	r.t.Helper()
	for _, m := range r.collect() {
		if data, is := m.Data.(metricdata.Gauge[float64]); is && m.Name == "otelcol_exporter_segment_oldest_message_age" {
			require.Len(r.t, data.DataPoints, 1)
			return data.DataPoints[0].Value
		}
	}
	r.t.Fatal("there is no metric")
	return 0
}

// TestOldestMessage grows older during an outage, on disk also over a restart, and not when others are settled.
func TestOldestMessage(t *testing.T) {
	t.Parallel()
	for name, q := range queues {
		if name == "no queue" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment := newFakeSegment(t)
				set := rigSettings{segment: segment, change: q.change}
				if q.onDisk {
					set.disk = storagetest.New()
				}
				r := startRig(t, set)
				r.send(0, batchRecords)
				settle(time.Minute)
				assert.Zero(t, r.oldest())

				segment.answers(always(down))
				r.send(0, batchRecords)
				for range 3 {
					settle(time.Minute)
					r.send(0, batchRecords)
				}
				assert.InDelta(t, 180, r.oldest(), 0.1)
				if q.onDisk {
					r.stop()
					r = startRig(t, set)
					settle(time.Minute)
					assert.InDelta(t, 240, r.oldest(), 1)
				}
				segment.answers(nil)
				settle(2 * time.Minute)
				assert.Zero(t, r.oldest())
				assert.Zero(t, r.metrics()["queue_size"])
			})
		})
	}
}

// TestDeliveryAtTheBeginOfAPause was under way before: all others wait, which is an outage when the pause is long.
func TestDeliveryAtTheBeginOfAPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.latency = 100 * time.Millisecond
		var mu sync.Mutex
		attempts := 0
		segment.answers(func([]string) answer {
			mu.Lock()
			defer mu.Unlock()
			attempts++
			if attempts == 1 {
				return busyFor(5 * time.Minute)
			}
			return ok
		})
		factory := NewFactory()
		r := startRig(t, rigSettings{factory: factory, segment: segment})
		r.send(0, batchRecords)
		settle(50 * time.Millisecond)
		r.send(batchRecords, 2*batchRecords)
		settle(time.Second)
		// Another exporter makes no attempt of its own.
		other := startRig(t, rigSettings{factory: factory, segment: segment})
		other.send(2*batchRecords, 3*batchRecords)
		settle(time.Minute)
		lines := r.outages()
		require.Len(t, lines, 1)
		assert.EqualValues(t, batchRecords, lines[0].ContextMap()["waiting_messages"])
		assert.Len(t, r.host.reported(), 1)
		lines = other.outages()
		require.Len(t, lines, 1)
		assert.Contains(t, lines[0].ContextMap()["error"], "uploads are paused")
		settle(10 * time.Minute)
		segment.requireAll(3 * batchRecords)
		assert.Equal(t, 1, r.lines.FilterMessage(recoveryLine).Len())
		assert.Equal(t, 1, other.lines.FilterMessage(recoveryLine).Len())
	})
}

// TestServerThatNeverAnswers is an outage before its first attempt ends.
func TestServerThatNeverAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.latency = 24 * time.Hour
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) { c.ClientConfig.Timeout = 0 }})
		r.send(0, batchRecords)
		settle(time.Minute)
		lines := r.outages()
		require.Len(t, lines, 1)
		assert.Equal(t, "30s", lines[0].ContextMap()["outage"])
		assert.Equal(t, "there is no answer yet", lines[0].ContextMap()["error"])
		assert.Len(t, r.host.reported(), 1)
		settle(24 * time.Hour)
		segment.requireAll(batchRecords)
	})
}

// TestOutageThatWasGivenUp is over when nothing waits and nothing fails any more; a later one is another.
func TestOutageThatWasGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(unavailable))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) { c.RetryConfig.MaxElapsedTime = 7 * time.Minute }})
		r.send(0, batchRecords)
		settle(5 * time.Hour)
		before := len(r.outages())
		assert.InDelta(t, 2, before, 1)
		r.send(0, batchRecords)
		settle(time.Minute)
		lines := r.outages()
		require.Len(t, lines, before+1)
		assert.Equal(t, "30s", lines[before].ContextMap()["outage"])
	})
}
