package segmentexporter

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

// loadQueue decodes and validates a `sending_queue` section.
func loadQueue(section map[string]any) (*Config, error) {
	cfg := createDefaultConfig().(*Config)
	conf := confmap.NewFromStringMap(map[string]any{"write_key": "key", "sending_queue": section})
	if err := conf.Unmarshal(cfg); err != nil {
		return nil, err
	}
	return cfg, confmap.Validate(cfg)
}

// TestBatchSizes has what comes out of what the user sets.
func TestBatchSizes(t *testing.T) {
	t.Parallel()
	items, bytes := exporterhelper.RequestSizerTypeItems, exporterhelper.RequestSizerTypeBytes
	for name, c := range map[string]struct {
		queue, batch map[string]any
		sizer        exporterhelper.RequestSizerType
		min, max     int64
	}{
		"nothing":         {nil, nil, items, 2_500, 0},
		"a large queue":   {map[string]any{"queue_size": 1_000_000}, nil, items, 2_500, 0},
		"a small queue":   {map[string]any{"queue_size": 100}, nil, items, 100, 0},
		"a maximum":       {nil, map[string]any{"max_size": 500}, items, 500, 500},
		"a large maximum": {nil, map[string]any{"max_size": 10_000}, items, 2_500, 10_000},
		"a maximum of 0":  {nil, map[string]any{"max_size": 0}, items, 2_500, 0},
		"a minimum":       {nil, map[string]any{"min_size": 10}, items, 10, 0},
		"a minimum of 0":  {nil, map[string]any{"min_size": 0}, items, 0, 0},
		"both":            {nil, map[string]any{"min_size": 10, "max_size": 500}, items, 10, 500},
		"a small queue and a maximum": {
			map[string]any{"queue_size": 100}, map[string]any{"max_size": 200}, items, 100, 200,
		},
		"batches in bytes": {nil, map[string]any{"sizer": "bytes"}, bytes, 475_000, 0},
		"batches in bytes and a maximum": {
			nil, map[string]any{"sizer": "bytes", "max_size": 100_000}, bytes, 100_000, 100_000,
		},
		"batches in bytes, a queue in items": {
			map[string]any{"sizer": "items", "queue_size": 1_000}, map[string]any{"sizer": "bytes"}, bytes, 475_000, 0,
		},
		"a queue in bytes, batches without a word": {
			map[string]any{"sizer": "bytes", "queue_size": 500_000}, nil, items, 2_500, 0,
		},
		"a queue in bytes, batches as well": {
			map[string]any{"sizer": "bytes", "queue_size": 500_000}, map[string]any{"flush_timeout": "1s"}, bytes, 475_000, 0,
		},
		"a queue in bytes, batches in items": {
			map[string]any{"sizer": "bytes", "queue_size": 500_000}, map[string]any{"sizer": "items"}, items, 2_500, 0,
		},
		"a queue in requests, batches without a word": {
			map[string]any{"sizer": "requests", "queue_size": 10}, nil, items, 2_500, 0,
		},
		"a queue in requests, batches in items": {
			map[string]any{"sizer": "requests", "queue_size": 10}, map[string]any{"max_size": 50}, items, 50, 50,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := map[string]any{}
			maps.Copy(section, c.queue)
			if c.batch != nil {
				section["batch"] = c.batch
			}
			cfg, err := loadQueue(section)
			require.NoError(t, err)
			batch := cfg.QueueConfig.Get().Batch.Get()
			assert.Equal(t, c.sizer, batch.Sizer)
			assert.Equal(t, c.min, batch.MinSize, "min_size")
			assert.Equal(t, c.max, batch.MaxSize, "max_size")
		})
	}
}

// TestQueueRefused has a row for every message, ours and those of the Collector.
func TestQueueRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		section  map[string]any
		expected string
	}{
		"a queue of a few bytes": {
			map[string]any{"sizer": "bytes"},
			"sending_queue::queue_size: 50000 bytes hold less than one body of 475000; set it, for example 100_000_000",
		},
		"batches of a few bytes": {
			map[string]any{"batch": map[string]any{"sizer": "bytes", "max_size": 2_500}},
			"sending_queue::batch::max_size: 2500 bytes are too few for one large message; " +
				"set 33_000 or more, or sending_queue::batch::sizer to items",
		},
		"batches of requests": {
			map[string]any{"batch": map[string]any{"sizer": "requests"}},
			"sending_queue: batch: `batch` supports only `items` or `bytes` sizer",
		},
		"a minimum over the maximum": {
			map[string]any{"batch": map[string]any{"min_size": 20, "max_size": 10}},
			"sending_queue: batch: `max_size` (10) must be greater or equal to `min_size` (20)",
		},
		"a minimum over the queue": {
			map[string]any{"queue_size": 10, "batch": map[string]any{"min_size": 20}},
			"sending_queue: `min_size` must be less than or equal to `queue_size`",
		},
		"an empty queue":     {map[string]any{"queue_size": 0}, "sending_queue: `queue_size` must be positive"},
		"a negative queue":   {map[string]any{"queue_size": -1}, "sending_queue: `queue_size` must be positive"},
		"no bytes":           {map[string]any{"sizer": "bytes", "queue_size": 0}, "sending_queue: `queue_size` must be positive"},
		"a negative minimum": {map[string]any{"batch": map[string]any{"min_size": -1}}, "sending_queue: batch: `min_size` must be non-negative"},
		"a negative maximum": {map[string]any{"batch": map[string]any{"max_size": -1}}, "sending_queue: batch: `max_size` must be non-negative"},
		"results from a disk": {
			map[string]any{"wait_for_result": true, "storage": "file_storage"},
			"sending_queue: `wait_for_result` is not supported with a persistent queue configured with `storage`",
		},
	} {
		_, err := loadQueue(c.section)
		require.ErrorContains(t, err, c.expected, name)
		assert.NotContains(t, err.Error(), "\n", "one problem")
	}
}

// TestQueueCombinations tries every combination. Each is valid and has sizes that go together, or is refused in
// words that name the keys.
func TestQueueCombinations(t *testing.T) {
	t.Parallel()
	for _, sizer := range []string{"", "items", "bytes", "requests"} {
		for _, batch := range []map[string]any{
			{}, {"enabled": false}, {"flush_timeout": "1s"}, {"sizer": "items"}, {"sizer": "bytes"},
		} {
			for flags := range 16 {
				ownSizes, wait, block, storage := flags&1 != 0, flags&2 != 0, flags&4 != 0, flags&8 != 0
				section := map[string]any{"wait_for_result": wait, "block_on_overflow": block}
				batch := maps.Clone(batch)
				if sizer != "" {
					section["sizer"] = sizer
				}
				if storage {
					section["storage"] = "file_storage"
				}
				if ownSizes {
					section["queue_size"] = 1_000_000
					batch["min_size"], batch["max_size"] = 40_000, 50_000
				}
				if len(batch) > 0 {
					section["batch"] = batch
				}
				what := fmt.Sprint(section)
				cfg, err := loadQueue(section)
				var refused []string
				if wait && storage {
					refused = append(refused, "sending_queue: `wait_for_result` is not supported with a persistent queue configured with `storage`")
				}
				if sizer == "bytes" && !ownSizes {
					refused = append(refused, "sending_queue::queue_size: 50000 bytes hold less than one body of 475000")
				}
				for _, reason := range refused {
					require.ErrorContains(t, err, reason, what)
				}
				if refused == nil {
					require.NoError(t, err, what)
					assertFits(t, cfg.QueueConfig.Get(), what)
					assert.Equal(t, batch["enabled"] == nil, cfg.QueueConfig.Get().Batch.HasValue(), what)
				}
			}
		}
	}
}

// assertFits checks that a batch can become as large as it should.
func assertFits(t *testing.T, queue *exporterhelper.QueueBatchConfig, what string) {
	t.Helper()
	batch := queue.Batch.Get()
	if batch == nil {
		return
	}
	assert.NotEqual(t, exporterhelper.RequestSizerTypeRequests, batch.Sizer, what)
	assert.Positive(t, batch.MinSize, what)
	if batch.MaxSize > 0 {
		assert.LessOrEqual(t, batch.MinSize, batch.MaxSize, what)
	}
	if batch.Sizer == queue.Sizer {
		assert.LessOrEqual(t, batch.MinSize, queue.QueueSize, what)
	}
}

// TestQueueOff validates whatever else the section says.
func TestQueueOff(t *testing.T) {
	t.Parallel()
	cfg, err := loadQueue(map[string]any{"enabled": false, "sizer": "bytes", "wait_for_result": true, "storage": "file_storage"})
	require.NoError(t, err)
	assert.False(t, cfg.QueueConfig.HasValue())
}

// TestBatchesFromElsewhere has sections that are one value each, as ${file:batch.yaml} is.
func TestBatchesFromElsewhere(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"the queue": {"main": "sending_queue: ${test:queue}", "queue": "batch: {min_size: 10}"},
		"the batch": {"main": "sending_queue: {batch: \"${test:batch}\"}", "batch": "{min_size: 10}"},
		"the size":  {"main": "sending_queue: {batch: {min_size: \"${test:size}\"}}", "size": "10"},
	} {
		cfg := createDefaultConfig().(*Config)
		require.NoError(t, resolve(t, files).Unmarshal(cfg), name)
		batch := cfg.QueueConfig.Get().Batch.Get()
		assert.EqualValues(t, 10, batch.MinSize, name)
		assert.Equal(t, 500*time.Millisecond, batch.FlushTimeout, name)
	}
}

// resolve reads the text main, and what it refers to.
func resolve(t *testing.T, files map[string]string) *confmap.Conf {
	t.Helper()
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs: []string{"test:main"},
		ProviderFactories: []confmap.ProviderFactory{
			confmap.NewProviderFactory(func(confmap.ProviderSettings) confmap.Provider { return provider(files) }),
		},
	})
	require.NoError(t, err)
	conf, err := resolver.Resolve(t.Context())
	require.NoError(t, err)
	return conf
}

// provider has texts by name.
type provider map[string]string

func (p provider) Retrieve(_ context.Context, uri string, _ confmap.WatcherFunc) (*confmap.Retrieved, error) {
	return confmap.NewRetrievedFromYAML([]byte(p[uri[len("test:"):]]))
}

func (provider) Scheme() string { return "test" }

func (provider) Shutdown(context.Context) error { return nil }
