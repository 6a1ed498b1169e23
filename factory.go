package segmentexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
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
		collectorexporter.WithLogs(f.createExporter, metadata.LogsStability),
	)
}

// NewConnectorFactory returns the factory of the `segment` connector: an exporter that hands what it gives up to the next
// pipeline.
func NewConnectorFactory() connector.Factory {
	f := factory{pauses: exporter.NewPauses()}
	return connector.NewFactory(
		metadata.Type,
		createDefaultConfig,
		connector.WithLogsToLogs(f.createConnector, metadata.LogsStability),
	)
}

// factory is what the exporters of one collector share, or its connectors.
type factory struct {
	pauses *exporter.Pauses
}

// shared is what the sources of one exporter share.
type shared struct {
	status  *exporter.Status
	tokens  *exporter.Tokens // nil when uploads need none
	letters consumer.Logs    // nil when what is given up is dropped
}

func (f factory) createExporter(ctx context.Context, set collectorexporter.Settings, cfg component.Config) (collectorexporter.Logs, error) {
	return f.createLogs(ctx, set, cfg.(*Config), nil)
}

func (f factory) createConnector(
	ctx context.Context, set connector.Settings, cfg component.Config, next consumer.Logs,
) (connector.Logs, error) {
	return f.createLogs(ctx, collectorexporter.Settings{
		ID: set.ID, TelemetrySettings: set.TelemetrySettings, BuildInfo: set.BuildInfo,
	}, cfg.(*Config), next)
}

// createLogs makes an exporter, or with a next pipeline a connector.
func (f factory) createLogs(ctx context.Context, set collectorexporter.Settings, c *Config, letters consumer.Logs) (*logs, error) {
	set.Logger = withoutStackTraces(set.Logger)
	l := &logs{id: set.ID, status: &exporter.Status{}, storageID: c.storage()}
	var behind []exporter.Source
	for _, d := range c.destinations() {
		tokens, err := l.addTokens(d, set)
		if err != nil {
			return nil, err
		}
		s, err := f.newSource(ctx, c, set, d, shared{l.status, tokens, letters})
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
	door, err := exporter.NewDoor(exporter.DoorSettings{
		ID: set.ID, Translate: c.Translate, Letters: letters, Status: l.status, Telemetry: set.TelemetrySettings,
	}, behind...)
	if err != nil {
		return nil, err
	}
	l.Door = door
	return l, nil
}

// addTokens makes the tokens of a source, unless it shares those of the exporter and they are there. It returns nil when its
// uploads need none.
func (l *logs) addTokens(d destination, set collectorexporter.Settings) (*exporter.Tokens, error) {
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
		Letters:       shared.letters,
		MaxRetryAfter: c.MaxRetryAfter,
		Pauses:        f.pauses,
		Queue:         c.QueueConfig,
		Stored:        stored,
		Retry:         c.RetryConfig,
		Status:        shared.status,
		Telemetry:     set.TelemetrySettings,
	}
}
