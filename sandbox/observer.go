package sandbox

// running is a sandbox that can be asked. The exporters of the same Collector tell it of records that will never arrive.
type running struct {
	store   *store
	sources *sources
	address boundAddress
}

// TakesUploads says whether uploads to a base URL like http://localhost:9100 arrive at this sandbox.
func (e *sandboxExtension) TakesUploads(endpoint string) bool {
	r := e.running.Load()
	return r != nil && r.address.reachedBy(endpoint)
}

// ObserveSource is called with the name and the write key of a source, both as in the configuration of an exporter. It ignores a
// source that lacks one of them.
func (e *sandboxExtension) ObserveSource(_, source, writeKey string) {
	if r := e.running.Load(); r != nil && source != "" && writeKey != "" {
		r.sources.observe(source, writeKey)
	}
}

// ObserveNotSelected is called with records that an exporter left alone because they are no analytics events. vocabulary
// says that they have segment.* attributes all the same.
func (e *sandboxExtension) ObserveNotSelected(exporter, logger, event string, vocabulary bool, records int) {
	if r := e.running.Load(); r != nil && records > 0 {
		r.store.observeNotSelected(notSelectedKind{exporter, logger, event, vocabulary}, records)
	}
}

// ObserveDropped is called with events that an exporter dropped, for a reason of its metric dropped_records.
func (e *sandboxExtension) ObserveDropped(exporter, reason, event, messageID string, records int) {
	if r := e.running.Load(); r != nil && records > 0 {
		r.store.observeDropped(droppedKind{exporter, reason, event}, messageID, records)
	}
}
