package exporter

import (
	"go.opentelemetry.io/collector/component"

	"github.com/otel-segment/segmentexporter/translate"
)

// recordObserver is an extension that shows what becomes of records which do not arrive: the sandbox, so that somebody who
// tries the exporter sees why an event is missing.
type recordObserver interface {
	// TakesUploads says whether uploads to a base URL arrive there. Others are none of its business.
	TakesUploads(endpoint string) bool
	// ObserveNotSelected is told of records that are no analytics events. vocabulary says that they have segment.* attributes.
	ObserveNotSelected(exporter, logger, event string, vocabulary bool, records int)
	// ObserveDropped is told of events that were dropped, for a reason as in the metric.
	ObserveDropped(exporter, reason, event, messageID string, records int)
}

// sourceObserver is a sandbox that shows sources by their names.
type sourceObserver interface {
	// ObserveSource is told the name of a Segment source, and the write key that it has.
	ObserveSource(exporter, source, writeKey string)
}

// sandbox is what the exporter tells the sandbox that it uploads to; nil when it uploads to anything else.
type sandbox struct {
	recordObserver
	exporter string
}

// findSandbox looks for the sandbox behind an endpoint among the extensions of the collector.
func findSandbox(set Settings, extensions map[component.ID]component.Component) *sandbox {
	for _, extension := range extensions {
		o, is := extension.(recordObserver)
		if !is || !o.TakesUploads(set.Endpoint) {
			continue
		}
		if sources, is := extension.(sourceObserver); is && set.Source != "" {
			sources.ObserveSource(set.ID.String(), set.Source, string(set.WriteKey))
		}
		return &sandbox{o, set.ID.String()}
	}
	return nil
}

func (s *sandbox) notSelected(r *leftAlone) {
	if s != nil {
		s.ObserveNotSelected(s.exporter, r.logger, r.event, r.resemblance == translate.HasVocabulary, r.records)
	}
}

func (s *sandbox) dropped(reason, event, messageID string, records int) {
	if s != nil && records > 0 {
		s.ObserveDropped(s.exporter, reason, event, messageID, records)
	}
}
