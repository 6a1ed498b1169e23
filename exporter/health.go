package exporter

import (
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// trouble is what keeps all uploads from being taken, until somebody mends it.
type trouble uint8

const (
	none trouble = iota
	// denied: the write key or the access token is not taken.
	denied
	// noTokens: there is no access token.
	noTokens
)

// health is the component status.
type health struct {
	mu      sync.Mutex
	host    component.Host
	trouble trouble
	ended   bool
}

// report tells of trouble, unless it was the last that was told of since the last delivery. It returns whether it is news.
func (h *health) report(t trouble, err error) (news bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	news = h.trouble != t
	h.trouble = t
	if news && !h.ended {
		componentstatus.ReportStatus(h.host, componentstatus.NewRecoverableErrorEvent(err))
	}
	return news
}

// deliver reports that all is well again, if it was not.
func (h *health) deliver() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.trouble != none && !h.ended {
		componentstatus.ReportStatus(h.host, componentstatus.NewEvent(componentstatus.StatusOK))
	}
	h.trouble = none
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
