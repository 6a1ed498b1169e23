package exporter

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/oauth"
)

// Tokens are the access tokens of one `oauth` section. Several Segment sources can share them.
type Tokens struct {
	oauth   *oauth.Source
	source  string // the Segment source that has them for itself
	server  string
	metrics *metrics
}

// NewTokens makes tokens that are fetched from Start on. The endpoint of the section must be filled in; source is the name
// of the Segment source that has the section for itself, "" for the one of the exporter.
func NewTokens(section oauth.Config, id component.ID, source string, telemetry component.TelemetrySettings) (*Tokens, error) {
	builder, err := metadata.NewTelemetryBuilder(telemetry)
	if err != nil {
		return nil, err
	}
	if source != "" {
		telemetry.Logger = telemetry.Logger.With(zap.String("source", source))
	}
	t := &Tokens{source: source, server: section.ClientConfig.Endpoint, metrics: newMetrics(builder, id, source)}
	t.oauth = oauth.New(oauth.Settings{Config: section, Telemetry: telemetry, OnTokenRequest: t.count})
	return t, nil
}

func (t *Tokens) count(ctx context.Context, outcome string) {
	t.metrics.builder.ExporterSegmentTokenRequests.Add(ctx, 1, t.metrics.with("outcome", outcome))
}

// Start reads the private key and builds the HTTP client. It sends nothing. An error names the setting at fault.
func (t *Tokens) Start(ctx context.Context, host component.Host) error {
	if err := t.oauth.Start(ctx, host); err != nil {
		return named(t.source, fmt.Errorf("oauth: %w", err))
	}
	for _, outcome := range oauth.Outcomes {
		t.metrics.builder.ExporterSegmentTokenRequests.Add(ctx, 0, t.metrics.with("outcome", outcome))
	}
	return t.metrics.builder.RegisterExporterSegmentTokenRemainingTimeCallback(
		func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(t.oauth.Remaining().Seconds(), t.metrics.plain)
			return nil
		})
}

// Shutdown ends the token request under way. The pushes that use the tokens must have ended before.
func (t *Tokens) Shutdown(ctx context.Context) error {
	t.metrics.builder.Shutdown()
	return t.oauth.Shutdown(ctx)
}
