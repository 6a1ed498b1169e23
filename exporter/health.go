package exporter

import (
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// health is the component status: uploads that are refused can be mended by an operator only.
type health struct {
	mu      sync.Mutex
	host    component.Host
	refused bool
	ended   bool
}

// refuse reports the error, and whether it is the first since the last delivery.
func (h *health) refuse(err error) (first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	first = !h.refused
	h.refused = true
	if first && !h.ended {
		componentstatus.ReportStatus(h.host, componentstatus.NewRecoverableErrorEvent(err))
	}
	return first
}

// deliver reports that all is well again, if it was not.
func (h *health) deliver() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refused && !h.ended {
		componentstatus.ReportStatus(h.host, componentstatus.NewEvent(componentstatus.StatusOK))
	}
	h.refused = false
}

// end stops the reports: the status of a component that is stopping is the Collector's.
func (h *health) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
}

// fail reports an error that lasts until a restart.
func (h *health) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		componentstatus.ReportStatus(h.host, componentstatus.NewPermanentErrorEvent(err))
	}
	h.ended = true
}
