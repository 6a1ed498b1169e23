package safequeue

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pipeline"
)

const (
	// registry is the part that has the names of all queues of an exporter. No queue has it, so that nobody who gives up a queue
	// deletes it.
	registry = "sources"
	// registryKey has the names there. In the first queue it says that there is a registry.
	registryKey = "safequeue_sources"
)

// partName is what the part of a queue is called. The queue with the name "" has the part that it would have without names.
// Storages differ in what they take in a name, and which names are the same to them.
func partName(signal, name string) string {
	if name == "" {
		return signal
	}
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, name)
	if plain != name || len(name) > maxPlainName {
		sum := sha256.Sum256([]byte(name))
		plain = fmt.Sprintf("%.*s_%x", maxPlainName, plain, sum[:4])
	}
	return signal + "_" + plain
}

const maxPlainName = 24

// Abandoned returns the names of the queues that an exporter has had in a storage, and has no more, but that hold messages
// still. names are those that it has now; the next start is told of them. It has to be called before the queues start.
func Abandoned(ctx context.Context, id component.ID, ext storage.Extension, exporter component.ID, names []string) ([]string, error) {
	p := parts{id, ext, exporter}
	former, err := p.former(ctx, names)
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
	return nil, p.register(ctx, names)
}

// parts are those of one exporter.
type parts struct {
	id       component.ID
	ext      storage.Extension
	exporter component.ID
}

func (p parts) open(ctx context.Context, part string, use func(storage.Client) error) error {
	c, err := p.ext.GetClient(ctx, component.KindExporter, p.exporter, part)
	if err != nil {
		return notOpened(p.id, err)
	}
	return wrap(errors.Join(use(c), c.Close(ctx)))
}

func queuePart(name string) string { return partName(pipeline.SignalLogs.String(), name) }

// former are the names of the last start: that of the only queue when there is no registry, which an exporter with one queue
// does not make.
func (p parts) former(ctx context.Context, names []string) (former []string, err error) {
	onlyOne := []string{""}
	if slices.Equal(names, onlyOne) {
		var mark []byte
		err := p.open(ctx, queuePart(""), func(c storage.Client) (err error) {
			mark, err = c.Get(ctx, registryKey)
			return err
		})
		if err != nil || mark == nil {
			return onlyOne, err
		}
	}
	err = p.open(ctx, registry, func(c storage.Client) error {
		data, err := c.Get(ctx, registryKey)
		if err != nil {
			return err
		}
		if data == nil {
			former = onlyOne
			return nil
		}
		if err := json.Unmarshal(data, &former); err != nil {
			return fmt.Errorf("the names of the queues are damaged: %s is not what this exporter has written", registryKey)
		}
		return nil
	})
	return former, err
}

// register writes the names for the next start. First it says that there are some.
func (p parts) register(ctx context.Context, names []string) error {
	data, err := json.Marshal(names)
	if err != nil {
		return err
	}
	for _, part := range []string{queuePart(""), registry} {
		err := p.open(ctx, part, func(c storage.Client) error { return c.Set(ctx, registryKey, data) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (p parts) holdMessages(ctx context.Context, name string) (holds bool, err error) {
	err = p.open(ctx, queuePart(name), func(c storage.Client) error {
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
