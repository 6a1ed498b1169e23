package segmentexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	collectorexporter "go.opentelemetry.io/collector/exporter"

	"github.com/otel-segment/segmentexporter/exporter"
	"github.com/otel-segment/segmentexporter/internal/metadata"
)

// NewFactory returns the factory of the `segment` exporter.
func NewFactory() collectorexporter.Factory {
	f := factory{pauses: exporter.NewPauses()}
	return collectorexporter.NewFactory(
		metadata.Type,
		createDefaultConfig,
		collectorexporter.WithLogs(f.createLogs, metadata.LogsStability),
	)
}

// factory is what the exporters of one collector share.
type factory struct {
	pauses *exporter.Pauses
}

// shared is what the sources of one exporter share.
type shared struct {
	status *exporter.Status
	tokens *exporter.Tokens // nil when uploads need none
}

func (f factory) createLogs(ctx context.Context, set collectorexporter.Settings, cfg component.Config) (collectorexporter.Logs, error) {
	c := cfg.(*Config)
	set.Logger = withoutStackTraces(set.Logger)
	l := &logs{id: set.ID, status: &exporter.Status{}, storageID: c.storage()}
	var behind []exporter.Source
	for _, d := range c.destinations() {
		tokens, err := l.tokensOf(d, set)
		if err != nil {
			return nil, err
		}
		s, err := f.newSource(ctx, c, set, d, shared{l.status, tokens})
		if err != nil {
			return nil, err
		}
		queue, err := s.queue()
		if err != nil {
			return nil, err
		}
		l.sources = append(l.sources, s)
		behind = append(behind, exporter.Source{Exporter: s.exp, Queue: queue})
	}
	door, err := exporter.NewDoor(c.Translate, set.ID, set.TelemetrySettings, behind...)
	l.Door = door
	return l, err
}

// tokensOf makes the tokens of a source, unless it shares those of the exporter and they are there. It returns nil when its
// uploads need none.
func (l *logs) tokensOf(d destination, set collectorexporter.Settings) (*exporter.Tokens, error) {
	switch {
	case d.oauth == nil:
		return nil, nil
	case d.sharesTokens && l.sharedTokens != nil:
		return l.sharedTokens, nil
	}
	name := d.name
	if d.sharesTokens {
		name = ""
	}
	tokens, err := exporter.NewTokens(*d.oauth, set.ID, name, set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	if d.sharesTokens {
		l.sharedTokens = tokens
	}
	l.tokens = append(l.tokens, tokens)
	return tokens, nil
}

func (f factory) newSettings(
	c *Config, set collectorexporter.Settings, d destination, shared shared, stored func() int64,
) exporter.Settings {
	endpoint, region := d.url()
	return exporter.Settings{
		ID:            set.ID,
		Source:        d.name,
		Endpoint:      endpoint,
		Region:        string(region),
		WriteKey:      d.writeKey,
		Client:        c.ClientConfig,
		Tokens:        shared.tokens,
		MaxRetryAfter: c.MaxRetryAfter,
		Pauses:        f.pauses,
		Queue:         c.QueueConfig,
		Stored:        stored,
		Retry:         c.RetryConfig,
		Status:        shared.status,
		Telemetry:     set.TelemetrySettings,
	}
}
