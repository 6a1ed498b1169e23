// Package connector is the `segment` exporter as a connector, from logs to logs: what it gives up goes to the next pipeline, as
// dead letters. docs/operations.md says how to send them again.
package connector

import (
	"go.opentelemetry.io/collector/connector"

	"github.com/otel-segment/segmentexporter"
)

// NewFactory returns the factory of the `segment` connector. Its configuration is that of the exporter.
func NewFactory() connector.Factory { return segmentexporter.NewConnectorFactory() }
