package exporter

import (
	"slices"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// Status is the component status of an exporter: an error as long as one of its Segment sources has trouble.
type Status struct {
	mu    sync.Mutex
	host  component.Host
	ended bool
	// troubled are the sources with trouble, the one that has it longest first.
	troubled []troubledSource
}

type troubledSource struct {
	health *health
	err    error
}

// Start says where the status goes.
func (s *Status) Start(host component.Host) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.host = host
}

// Stop ends the reports: the status of a component that is stopping is the Collector's.
func (s *Status) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

// report says what trouble a source has.
func (s *Status) report(h *health, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(h); i >= 0 {
		s.troubled[i].err = err
	} else {
		s.troubled = append(s.troubled, troubledSource{h, err})
	}
	s.publish(componentstatus.NewRecoverableErrorEvent(err))
}

// clear says that a source has no trouble. That of another is told again, so that it is the last thing that was said.
func (s *Status) clear(h *health) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(h); i >= 0 {
		s.troubled = slices.Delete(s.troubled, i, i+1)
	}
	if len(s.troubled) > 0 {
		s.publish(componentstatus.NewRecoverableErrorEvent(s.troubled[0].err))
	} else {
		s.publish(componentstatus.NewEvent(componentstatus.StatusOK))
	}
}

func (s *Status) find(h *health) int {
	return slices.IndexFunc(s.troubled, func(t troubledSource) bool { return t.health == h })
}

// fail reports an error that lasts until a restart. It is the last thing that is told of any source.
func (s *Status) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publish(componentstatus.NewPermanentErrorEvent(err))
	s.ended = true
}

func (s *Status) publish(event *componentstatus.Event) {
	if !s.ended {
		componentstatus.ReportStatus(s.host, event)
	}
}
