package exporter

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/translate"
)

// leftAlone are records of one call that are no messages, and are of the same kind.
type leftAlone struct {
	kind
	records int
}

// kind is what the log names of a record that is no message.
type kind struct {
	logger, event string
	resemblance   translate.Resemblance
}

// comparedKinds is how many kinds of a call a record is compared with: the last ones. Most calls have fewer, and to compare
// with all would take quadratic time.
const comparedKinds = 16

// leaveAlone counts a record under its kind. Of a call with many kinds only the first are kept, unless all are wanted, because
// the log names no more than maxHints.
func (t *translation) leaveAlone(logger string, result translate.Result, all bool) {
	k := kind{logger, result.Event, result.Resemblance}
	for i := len(t.leftAlone) - 1; i >= max(0, len(t.leftAlone)-comparedKinds); i-- {
		if t.leftAlone[i].kind == k {
			t.leftAlone[i].records++
			return
		}
	}
	if all || len(t.leftAlone) < maxHints {
		t.leftAlone = append(t.leftAlone, leftAlone{k, 1})
	}
}

// resemblances say why a record was perhaps meant to be an event.
var resemblances = map[translate.Resemblance]string{
	translate.HasVocabulary:   "it has segment.* attributes, but neither segment.type nor segment.event",
	translate.HasSimilarScope: "its logger begins like one of translate::scopes",
	translate.HasEventName:    "it has an event name",
}

// reportLeftAlone tells the sandbox of all kinds. The log names those that were perhaps meant to be events, each once an hour.
func (d *Door) reportLeftAlone(t *translation) {
	for i := range t.leftAlone {
		r := &t.leftAlone[i]
		d.sandbox.notSelected(r)
		if r.resemblance == translate.NoResemblance {
			continue
		}
		r.logger, r.event = httpclient.Shorten(r.logger), httpclient.Shorten(r.event)
		if !d.hints.first(r.kind) {
			continue
		}
		d.telemetry.Logger.Info("A record that looks like an event is none: neither its logger (translate::scopes) nor its event name "+
			"(translate::events) is selected, and it has no segment.type or segment.event",
			zap.String("logger", r.logger), zap.String("event", r.event), zap.String("because", resemblances[r.resemblance]))
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
