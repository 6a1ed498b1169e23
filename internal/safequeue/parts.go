package safequeue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pipeline"
)

// partsKey is where the first part has the names of all that the exporter has used. It is none of the queue's keys.
const partsKey = "safequeue_parts"

// partName is what a part of the storage is called. The queue with the name "" has the part that it would have without names.
func partName(signal, name string) string {
	if name == "" {
		return signal
	}
	return signal + "." + name
}

// Abandoned returns the names of the queues that an exporter has had in a storage, and has no more, but that hold messages
// still. names are those that it has now; the next start is told of them. It has to be called before the queues start.
func Abandoned(ctx context.Context, ext storage.Extension, exporter component.ID, names []string) ([]string, error) {
	p := parts{ext, exporter}
	var former []string
	err := p.open(ctx, "", func(c storage.Client) (err error) {
		former, err = readParts(ctx, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	var abandoned []string
	for _, name := range former {
		if slices.Contains(names, name) {
			continue
		}
		holds, err := p.holdMessages(ctx, name)
		if err != nil {
			return nil, err
		}
		if holds {
			abandoned = append(abandoned, name)
		}
	}
	if len(abandoned) > 0 || slices.Equal(former, names) {
		return abandoned, nil
	}
	return nil, p.open(ctx, "", func(c storage.Client) error { return writeParts(ctx, c, names) })
}

// parts are those of one exporter.
type parts struct {
	ext      storage.Extension
	exporter component.ID
}

func (p parts) open(ctx context.Context, name string, use func(storage.Client) error) error {
	c, err := p.ext.GetClient(ctx, component.KindExporter, p.exporter, partName(pipeline.SignalLogs.String(), name))
	if err != nil {
		return wrap(err)
	}
	return wrap(errors.Join(use(c), c.Close(ctx)))
}

func (p parts) holdMessages(ctx context.Context, name string) (holds bool, err error) {
	err = p.open(ctx, name, func(c storage.Client) error {
		data, err := c.Get(ctx, metadataKey)
		if err != nil {
			return err
		}
		m, ok := readMetadata(data)
		// What cannot be read may be anything.
		holds = !ok || m.requests > 0
		return nil
	})
	return holds, err
}

// readParts has one part, that of an exporter without names, when nothing was written.
func readParts(ctx context.Context, c storage.Client) ([]string, error) {
	data, err := c.Get(ctx, partsKey)
	if err != nil || data == nil {
		return []string{""}, err
	}
	var names []string
	if err := json.Unmarshal(data, &names); err != nil {
		return nil, fmt.Errorf("the names of the queues are damaged: %s is not what this exporter has written", partsKey)
	}
	return names, nil
}

func writeParts(ctx context.Context, c storage.Client, names []string) error {
	data, err := json.Marshal(names)
	if err != nil {
		return err
	}
	return c.Set(ctx, partsKey, data)
}
