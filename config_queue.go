package segmentexporter

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/otel-segment/segmentexporter/exporter"
)

// Defaults of the queue. It counts in messages, so that a size means the same whatever the senders' batches are.
const (
	defaultQueueSize    = 50_000
	defaultFlushTimeout = 500 * time.Millisecond
	// As much as one body takes, so that only the flush timeout makes smaller ones.
	defaultMinItems = exporter.MaxMessages
	defaultMinBytes = exporter.MaxBodyBytes
	// The exporter cuts batches into bodies by itself; a maximum can only make them smaller.
	defaultMaxSize = 0
)

// minBodyBytes has room for the largest message, of 32,768 bytes, and what is around it.
const minBodyBytes = 33_000

func newDefaultQueueConfig() exporterhelper.QueueBatchConfig {
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.Sizer = exporterhelper.RequestSizerTypeItems
	queue.QueueSize = defaultQueueSize
	// The Collector fills in the section, because newer versions have more settings of batches, whose zero values are not
	// valid.
	batch := queue.Batch.GetOrInsertDefault()
	batch.FlushTimeout = defaultFlushTimeout
	batch.Sizer = exporterhelper.RequestSizerTypeItems
	batch.MinSize = defaultMinItems
	batch.MaxSize = defaultMaxSize
	return queue
}

// fitBatches makes the sizes of batches suit what the user has set, who need not know about all of them.
func (c *Config) fitBatches(conf *confmap.Conf) error {
	if !c.QueueConfig.HasValue() || !c.QueueConfig.Get().Batch.HasValue() {
		return nil
	}
	isSet, err := batchKeys(conf)
	if err != nil {
		return err
	}
	queue := c.QueueConfig.Get()
	batch := queue.Batch.Get()
	if !isSet("sizer") && batch.Sizer == exporterhelper.RequestSizerTypeRequests {
		// Without a value it is that of the queue, but batches are not counted in requests.
		batch.Sizer = exporterhelper.RequestSizerTypeItems
	}
	if !isSet("min_size") {
		batch.MinSize = defaultMinSize(queue, batch)
	}
	return nil
}

// batchKeys tells which keys of the batch section have a value. The sections are taken one by one, because each can come
// as a whole from a file or a variable.
func batchKeys(conf *confmap.Conf) (func(key string) bool, error) {
	queue, err := conf.Sub("sending_queue")
	if err != nil {
		return nil, err
	}
	batch, err := queue.Sub("batch")
	if err != nil {
		return nil, err
	}
	return func(key string) bool { return batch.Get(key) != nil }, nil
}

// defaultMinSize is what one body takes, but never more than a batch or the queue can hold.
func defaultMinSize(queue *exporterhelper.QueueBatchConfig, batch *exporterhelper.BatchConfig) int64 {
	size := int64(defaultMinItems)
	if batch.Sizer == exporterhelper.RequestSizerTypeBytes {
		size = defaultMinBytes
	}
	if batch.MaxSize > 0 {
		size = min(size, batch.MaxSize)
	}
	if queue.Sizer == batch.Sizer && queue.QueueSize > 0 {
		size = min(size, queue.QueueSize)
	}
	return size
}

// validateQueue finds sizes in bytes that are too small to work. They are often meant as numbers of messages.
func (c *Config) validateQueue() error {
	if !c.QueueConfig.HasValue() {
		return nil
	}
	var errs []error
	queue := c.QueueConfig.Get()
	if queue.Sizer == exporterhelper.RequestSizerTypeBytes && queue.QueueSize > 0 && queue.QueueSize < exporter.MaxBodyBytes {
		errs = append(errs, fmt.Errorf("sending_queue::queue_size: %d bytes hold less than one body of %d; "+
			"set it, for example 100_000_000", queue.QueueSize, exporter.MaxBodyBytes))
	}
	batch := queue.Batch.Get()
	if batch != nil && batch.Sizer == exporterhelper.RequestSizerTypeBytes && batch.MaxSize > 0 && batch.MaxSize < minBodyBytes {
		errs = append(errs, fmt.Errorf("sending_queue::batch::max_size: %d bytes are too few for one large message; "+
			"set 33_000 or more, or sending_queue::batch::sizer to items", batch.MaxSize))
	}
	return errors.Join(errs...)
}
