package sandbox

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// sender is the source that messages came from.
type sender struct {
	writeKey string // shortened, for display
	source   string // its name, if it is known
}

// label is the name of the source, or else its write key as it is shown.
func (s sender) label() string { return cmp.Or(s.source, s.writeKey) }

// sources knows sources of Segment's by their write keys.
type sources struct {
	configured map[string]string // names by write key

	mu       sync.Mutex
	observed map[string]string // likewise, of the exporters of the same Collector
}

func newSources(cfg map[string]SourceConfig) *sources {
	s := &sources{configured: map[string]string{}, observed: map[string]string{}}
	for name, source := range cfg {
		s.configured[string(source.WriteKey)] = name
	}
	return s
}

func (s *sources) observe(name, writeKey string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observed[writeKey] = ownText(name)
}

// name is that of the source with a write key, or empty.
func (s *sources) name(writeKey string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.configured[writeKey], s.observed[writeKey])
}

// names are the names of all known sources, sorted.
func (s *sources) names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.Collect(maps.Values(s.configured))
	names = slices.AppendSeq(names, maps.Values(s.observed))
	slices.Sort(names)
	return slices.Compact(names)
}
