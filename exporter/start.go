package exporter

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/translate"
)

// logStart says where uploads go. The write key is shown as the beginning of its SHA-256, which tells sources apart.
func (e *Exporter) logStart() {
	sum := sha256.Sum256([]byte(e.set.WriteKey))
	queue, oauth := "none", "off"
	switch {
	case e.durable:
		queue = e.set.Queue.Get().StorageID.String()
	case e.set.Queue.HasValue():
		queue = "memory"
	}
	if e.set.Tokens != nil {
		oauth = e.set.Tokens.server
	}
	fields := []zap.Field{
		zap.String("endpoint", e.urls[translate.Server]), zap.String("write_key_sha256", hex.EncodeToString(sum[:4])),
		zap.String("queue", queue), zap.String("oauth", oauth),
	}
	if e.set.Region != "" {
		fields = append(fields, zap.String("region", e.set.Region))
	}
	e.set.Telemetry.Logger.Info("Uploads go to Segment's API", fields...)
	e.warnOfWaits()
}

// longestWait is the longest retry_on_failure::max_interval that is not warned of when senders wait. A Kafka receiver stands
// still with all its partitions for that time.
const longestWait = 5 * time.Second

// warnOfWaits names settings with which senders that wait, such as a receiver of Kafka, lose messages or stand still.
func (e *Exporter) warnOfWaits() {
	if !e.senderWaits {
		return
	}
	if e.set.Queue.HasValue() && e.set.Queue.Get().BlockOnOverflow {
		e.set.Telemetry.Logger.Warn("sending_queue::block_on_overflow beside wait_for_result: a sender that gives up its call while it waits " +
			"for room, as a Kafka receiver does when partitions move, can lose messages; switch one of the two off")
	}
	if retry := e.set.Retry; retry.Enabled && retry.MaxInterval > longestWait {
		e.set.Telemetry.Logger.Warn("Senders wait for the uploads, and so for the time between two attempts, in which a Kafka receiver stands "+
			"still with all its partitions; if you have one, set retry_on_failure::max_interval to 5s",
			zap.Duration("max_interval", retry.MaxInterval))
	}
}
