package safequeue

import (
	"context"
	"maps"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// Host is the host to start the queue with. It has this storage in place of the extension. When inner has no such extension
// it is inner itself, and the queue reports that.
func (s *Storage) Host(inner component.Host) component.Host {
	ext, ok := inner.GetExtensions()[s.id].(storage.Extension)
	if !ok {
		return inner
	}
	extensions := maps.Clone(inner.GetExtensions())
	extensions[s.id] = extension{ext, s}
	h := host{inner, extensions}
	if reporter, ok := inner.(componentstatus.Reporter); ok {
		return reportingHost{h, reporter}
	}
	return h
}

type host struct {
	component.Host
	extensions map[component.ID]component.Component
}

func (h host) GetExtensions() map[component.ID]component.Component { return h.extensions }

// reportingHost passes on the component status too. What else the Collector's host offers is for receivers and extensions.
type reportingHost struct {
	host
	componentstatus.Reporter
}

type extension struct {
	storage.Extension
	s *Storage
}

func (e extension) GetClient(ctx context.Context, kind component.Kind, id component.ID, name string) (storage.Client, error) {
	inner, err := e.Extension.GetClient(ctx, kind, id, partName(name, e.s.name))
	if err != nil {
		return nil, notOpened(e.s.id, err)
	}
	return e.s.use(inner), nil
}
