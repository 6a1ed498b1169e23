package exporter

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/translate"
)

// translation is what a call to ConsumeLogs has: the messages of each Segment source, and what is none. Its memory is used
// again.
type translation struct {
	// parts are in the order in which the call names their sources.
	parts []part
	// places has, for each source and at the end for none, where its part is, counted from 1; 0 when there is none.
	places []int
	// leftAlone are the records that are no messages and that somebody may miss.
	leftAlone []leftAlone
}

// part is what a call has for one source.
type part struct {
	source   int // the place among those of the door, or noSource
	data     []byte
	messages []message
	outcomes [translate.NumOutcomes]int64
	warnings [translate.NumWarnings]int64
	dropped  []droppedRecord
}

type droppedRecord struct {
	translate.Result
	at recordPlace
}

// noSource is for records that are no events, and for those that name a source which does not exist.
const noSource = -1

var translations = sync.Pool{New: func() any { return &translation{} }}

// release gives the memory back, unless it is that of a call of unusual size.
func (t *translation) release() {
	size := 0
	for _, p := range t.parts[:cap(t.parts)] {
		size += cap(p.data)
	}
	if size > 4*MaxBodyBytes {
		return
	}
	for i := range t.parts {
		t.places[t.parts[i].source-noSource] = 0
		t.parts[i].reset(noSource)
	}
	clear(t.leftAlone)
	t.parts, t.leftAlone = t.parts[:0], t.leftAlone[:0]
	translations.Put(t)
}

// reset makes the part one of a source without anything in it.
func (p *part) reset(source int) {
	clear(p.messages)
	clear(p.dropped)
	*p = part{source: source, data: p.data[:0], messages: p.messages[:0], dropped: p.dropped[:0]}
}

// part returns the index in parts of the part of a source. It makes the part if there is none.
func (t *translation) part(source int) int {
	place := &t.places[source-noSource]
	if *place == 0 {
		if len(t.parts) == cap(t.parts) {
			t.parts = append(t.parts, part{})
		} else {
			t.parts = t.parts[:len(t.parts)+1]
		}
		*place = len(t.parts)
		t.parts[*place-1].reset(source)
	}
	return *place - 1
}

func (d *Door) translateAll(t *translation, ld plog.Logs) {
	if len(t.places) <= len(d.sources) {
		t.places = make([]int, len(d.sources)-noSource)
	}
	enc := d.translator.Encoder()
	defer enc.Release()
	part := t.part(0)
	for i, rl := range ld.ResourceLogs().All() {
		enc.SetResource(rl.Resource(), rl.SchemaUrl())
		for j, sl := range rl.ScopeLogs().All() {
			enc.SetScope(sl.Scope(), sl.SchemaUrl())
			for k, lr := range sl.LogRecords().All() {
				var result translate.Result
				result, part = t.add(enc, lr, recordPlace{i, j, k}, part)
				if result.Outcome == translate.NotSelected && (result.Resemblance != translate.NoResemblance || d.sandbox != nil) {
					t.leaveAlone(sl.Scope().Name(), result, d.sandbox != nil)
				}
			}
		}
	}
}

// add translates a record into the part of its source, and returns the index of that. The message is written into the likely
// part, that of the record before, and copied only when its source is another one.
func (t *translation) add(enc *translate.Encoder, lr plog.LogRecord, at recordPlace, likely int) (translate.Result, int) {
	p := &t.parts[likely]
	end := len(p.data)
	if end > 0 {
		p.data = append(p.data, ',')
	}
	start := len(p.data)
	data, result := enc.Append(p.data, lr)
	p.data = data[:end]
	right := likely
	switch {
	case result.Outcome == translate.NotSelected:
		t.parts[t.part(noSource)].count(&result)
		return result, likely
	case result.Source != p.source:
		right = t.part(result.Source)
		p = &t.parts[right]
	}
	p.count(&result)
	switch {
	case result.Outcome != translate.Message:
		p.dropped = append(p.dropped, droppedRecord{result, at})
	case right == likely:
		p.data = data
		p.close(&result)
	default:
		if len(p.data) > 0 {
			p.data = append(p.data, ',')
		}
		p.data = append(p.data, data[start:]...)
		p.close(&result)
	}
	return result, right
}

func (p *part) count(result *translate.Result) {
	p.outcomes[result.Outcome]++
	for w, n := range result.Warnings {
		p.warnings[w] += int64(n)
	}
}

// close ends a message with what its data has so far.
func (p *part) close(result *translate.Result) {
	p.messages = append(p.messages, message{end: len(p.data), typ: result.Type, channel: result.Channel, drops: result.Drops})
}

// droppedFields tell which record was dropped.
func (d *Door) droppedFields(result *translate.Result) []zap.Field {
	fields := []zap.Field{zap.String("event", result.Event), zap.String("message_id", result.MessageID)}
	if result.Outcome == translate.UnknownSource {
		fields = append(fields, zap.String("segment.source", d.sourceName(result.SourceName)))
	}
	return fields
}

// sourceName is a name that a record has given, unless there could be a write key in it: somebody may take one for the name.
func (d *Door) sourceName(name string) string {
	hasKey := func(s Source) bool { return strings.Contains(name, string(s.set.WriteKey)) }
	if likeAKey.MatchString(name) || slices.ContainsFunc(d.sources, hasKey) {
		return "(not shown, for it looks like a write key)"
	}
	return httpclient.Shorten(name)
}

// likeAKey is shorter than any write key of Segment's, which has 32 letters and digits.
var likeAKey = regexp.MustCompile(`[A-Za-z0-9]{20}`)
