package exporter

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/record"
	"github.com/otel-segment/segmentexporter/translate"
)

// Attributes of a dead letter, beside [translate.DroppedCount].
const (
	// droppedReason is as in the metric.
	droppedReason = translate.DroppedPrefix + "reason"
	// droppedStatus is the HTTP status of the last answer, when there was one.
	droppedStatus = translate.DroppedPrefix + "status"
	// droppedAnswer is what that answer said, shortened, without secrets.
	droppedAnswer = translate.DroppedPrefix + "answer"
	// droppedTime is when the exporter gave it up, as in a message.
	droppedTime = translate.DroppedPrefix + "time"
	// droppedSource is the name of the Segment source, when it has one.
	droppedSource = translate.DroppedPrefix + "source"
)

// cause is why messages are given up.
type cause struct {
	reason string
	status int
	answer string
}

// mark makes a record a dead letter. drops is how often it was one before.
func (c *cause) mark(lr plog.LogRecord, source string, drops uint32) {
	attributes := lr.Attributes()
	attributes.PutStr(droppedReason, c.reason)
	attributes.PutStr(droppedTime, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"))
	attributes.PutInt(translate.DroppedCount, int64(drops)+1)
	put(attributes, droppedSource, source)
	put(attributes, droppedAnswer, c.answer)
	if c.status != 0 {
		attributes.PutInt(droppedStatus, int64(c.status))
	} else {
		attributes.Remove(droppedStatus)
	}
}

// put leaves nothing behind of what an earlier time has said.
func put(attributes pcommon.Map, key, value string) {
	if value == "" {
		attributes.Remove(key)
		return
	}
	attributes.PutStr(key, value)
}

// letters are the messages of a push that are given up, as records of whole messages.
type letters struct {
	logs   plog.Logs
	scopes [translate.NumChannels]plog.LogRecordSlice
	made   [translate.NumChannels]bool
}

func newLetters(source string) *letters {
	l := &letters{logs: plog.NewLogs()}
	put(l.logs.ResourceLogs().AppendEmpty().Resource().Attributes(), "segment.source", source)
	return l
}

func (l *letters) add(message []byte, channel translate.Channel) (plog.LogRecord, error) {
	if !l.made[channel] {
		scope := l.logs.ResourceLogs().At(0).ScopeLogs().AppendEmpty()
		record.MarkScope(scope.Scope(), channel)
		l.scopes[channel], l.made[channel] = scope.LogRecords(), true
	}
	lr := l.scopes[channel].AppendEmpty()
	_, err := record.Put(lr, message)
	return lr, err
}

// copyAlone copies a record to the end of other logs, with the resource and the scope that it has.
func copyAlone(to, from plog.Logs, at recordPlace) plog.LogRecord {
	rl := from.ResourceLogs().At(at.resource)
	sl := rl.ScopeLogs().At(at.scope)
	newResource := to.ResourceLogs().AppendEmpty()
	rl.Resource().CopyTo(newResource.Resource())
	newResource.SetSchemaUrl(rl.SchemaUrl())
	newScope := newResource.ScopeLogs().AppendEmpty()
	sl.Scope().CopyTo(newScope.Scope())
	newScope.SetSchemaUrl(sl.SchemaUrl())
	lr := newScope.LogRecords().AppendEmpty()
	sl.LogRecords().At(at.record).CopyTo(lr)
	return lr
}
