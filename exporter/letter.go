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
	// droppedReason is the reason, in the words of the metric of dead letters.
	droppedReason = translate.DroppedPrefix + "reason"
	// droppedStatus is the HTTP status of the answer to the last attempt, when there was one.
	droppedStatus = translate.DroppedPrefix + "status"
	// droppedAnswer is what that answer said, shortened, without secrets.
	droppedAnswer = translate.DroppedPrefix + "answer"
	// droppedTime is when the exporter gave it up, in the form of the timestamp of a message: in UTC, with milliseconds.
	droppedTime = translate.DroppedPrefix + "time"
	// droppedSource is the name of the Segment source, when it has one.
	droppedSource = translate.DroppedPrefix + "source"
)

// cause is why a record or a message is given up.
type cause struct {
	reason string
	status int
	answer string
	at     time.Time
}

// mark makes a record a dead letter. drops is how often it was one before.
func (c *cause) mark(lr plog.LogRecord, source string, drops uint32) {
	attributes := lr.Attributes()
	attributes.PutStr(droppedReason, c.reason)
	attributes.PutStr(droppedTime, c.at.UTC().Format("2006-01-02T15:04:05.000Z"))
	attributes.PutInt(translate.DroppedCount, int64(drops)+1)
	put(attributes, droppedSource, source)
	put(attributes, droppedAnswer, c.answer)
	if c.status != 0 {
		attributes.PutInt(droppedStatus, int64(c.status))
	} else {
		attributes.Remove(droppedStatus)
	}
}

// put sets an attribute, or removes it when there is no value: a record that was a dead letter before may still have the old
// one.
func put(attributes pcommon.Map, key, value string) {
	if value == "" {
		attributes.Remove(key)
		return
	}
	attributes.PutStr(key, value)
}

// letters are messages that are given up, as records of whole messages.
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

func (l *letters) add(message []byte, channel translate.Channel) plog.LogRecord {
	if !l.made[channel] {
		scope := l.logs.ResourceLogs().At(0).ScopeLogs().AppendEmpty()
		record.MarkScope(scope.Scope(), channel)
		l.scopes[channel], l.made[channel] = scope.LogRecords(), true
	}
	lr := l.scopes[channel].AppendEmpty()
	// The channel that record.Put returns is that of the library. What counts is the one that the message was accepted with.
	if _, err := record.Put(lr, message); err != nil {
		// A message that cannot be read is still worth looking at.
		lr.Body().SetStr(string(message))
	}
	return lr
}

// recordPlace is where a record of a call is.
type recordPlace struct {
	resource, scope, record int
}

// copies are records of a call, each with the resource and the scope that it has. Neighbors share theirs.
type copies struct {
	from, to plog.Logs
	last     recordPlace
}

func newCopies(from plog.Logs) *copies {
	return &copies{from: from, to: plog.NewLogs(), last: recordPlace{-1, -1, -1}}
}

func (c *copies) add(at recordPlace) plog.LogRecord {
	rl := c.from.ResourceLogs().At(at.resource)
	sl := rl.ScopeLogs().At(at.scope)
	list := c.to.ResourceLogs()
	if at.resource != c.last.resource {
		resource := list.AppendEmpty()
		rl.Resource().CopyTo(resource.Resource())
		resource.SetSchemaUrl(rl.SchemaUrl())
		c.last.scope = -1
	}
	scopes := list.At(list.Len() - 1).ScopeLogs()
	if at.scope != c.last.scope {
		scope := scopes.AppendEmpty()
		sl.Scope().CopyTo(scope.Scope())
		scope.SetSchemaUrl(sl.SchemaUrl())
	}
	c.last = at
	lr := scopes.At(scopes.Len() - 1).LogRecords().AppendEmpty()
	sl.LogRecords().At(at.record).CopyTo(lr)
	return lr
}
