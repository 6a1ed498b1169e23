package exporter

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/translate"
)

// leftAlone are records of one call, one after another, that are no messages and have the logger and the event name in common.
type leftAlone struct {
	kind
	resemblance translate.Resemblance
	records     int
}

// kind is what the log names of a record that is no message.
type kind struct {
	logger, event string
}

func (t *translation) leaveAlone(logger string, result translate.Result) {
	record := leftAlone{kind{logger, result.Event}, result.Resemblance, 1}
	if last := len(t.leftAlone) - 1; last >= 0 && t.leftAlone[last].kind == record.kind &&
		t.leftAlone[last].resemblance == record.resemblance {
		t.leftAlone[last].records++
		return
	}
	t.leftAlone = append(t.leftAlone, record)
}

// resemblances say why a record was perhaps meant to be an event.
var resemblances = map[translate.Resemblance]string{
	translate.HasVocabulary:   "it has segment.* attributes, but neither segment.type nor segment.event",
	translate.HasSimilarScope: "its logger begins like one of translate::scopes",
	translate.HasEventName:    "it has an event name",
}

// reportLeftAlone tells of records that were perhaps meant to be events: of each kind in the log once an hour.
func (e *Exporter) reportLeftAlone(t *translation) {
	for i := range t.leftAlone {
		r := &t.leftAlone[i]
		e.sandbox.notSelected(r)
		if r.resemblance == translate.NoResemblance || !e.hints.first(r.kind) {
			continue
		}
		e.set.Telemetry.Logger.Info("A record that looks like an event is none: neither its logger (translate::scopes) nor its event name "+
			"(translate::events) is selected, and it has no segment.type or segment.event",
			zap.String("logger", shorten(r.logger)), zap.String("event", shorten(r.event)), zap.String("because", resemblances[r.resemblance]))
	}
}

// hints remembers which kinds of records the log has named.
type hints struct {
	mu    sync.Mutex
	named map[kind]struct{}
	since time.Time
}

const (
	hintRepeat = time.Hour
	// maxHints keeps loggers or event names that are never the same from filling the memory and the log.
	maxHints = 100
)

// first says whether the kind is to be named now.
func (h *hints) first(k kind) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := time.Now(); h.named == nil || now.Sub(h.since) >= hintRepeat {
		h.named, h.since = map[kind]struct{}{}, now
	}
	if _, known := h.named[k]; known || len(h.named) >= maxHints {
		return false
	}
	h.named[k] = struct{}{}
	return true
}
