package receiver

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	collectorreceiver "go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otel-segment/segmentexporter/internal/record"
	"github.com/otel-segment/segmentexporter/receiver/internal/metadata"
)

// NewFactory returns the factory of the `segment` receiver.
func NewFactory() collectorreceiver.Factory {
	return collectorreceiver.NewFactory(
		metadata.Type,
		createDefaultConfig,
		collectorreceiver.WithLogs(createLogs, metadata.LogsStability),
	)
}

func createLogs(
	_ context.Context, set collectorreceiver.Settings, cfg component.Config, next consumer.Logs,
) (collectorreceiver.Logs, error) {
	c := cfg.(*Config)
	builder, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	obs, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: "http", ReceiverCreateSettings: set,
	})
	if err != nil {
		return nil, err
	}
	trusted, err := c.ClientIP.networks()
	if err != nil {
		return nil, err
	}
	all, log := newSources(c.Sources), newLimitedLog(set.Logger)
	return &segmentReceiver{
		cfg:       c,
		telemetry: set.TelemetrySettings,
		builder:   builder,
		api: &api{
			sources:   all,
			addresses: addresses{c.ClientIP.Mode, c.ClientIP.IPv6, trusted},
			settings:  newSettings(&c.Settings, log),
			options: record.Options{
				CorrectClock: c.ClockSkew == ClockSkewCorrect,
				MinSkew:      c.ClockSkewMin,
				Salvage:      c.MalformedJSON == MalformedJSONSalvage,
			},
			forwardWriteKey: c.ForwardWriteKey,
			retryAfter:      c.RetryAfter,
			maxBody:         c.ServerConfig.MaxRequestBodySize,
			door:            newDoor(),
			next:            next,
			obs:             obs,
			metrics:         newMetrics(builder, set.ID, all),
			log:             log,
		},
	}, nil
}
