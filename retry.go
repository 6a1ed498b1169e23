package segmentexporter

import (
	collectorexporter "go.opentelemetry.io/collector/exporter"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// retrySettings are for the helper that retries. The helper with the queue counts and traces the same records, and logs
// how it ends. Of the attempts there are the spans of the HTTP client.
func retrySettings(set collectorexporter.Settings) collectorexporter.Settings {
	set.MeterProvider = metricnoop.NewMeterProvider()
	set.TracerProvider = tracenoop.NewTracerProvider()
	set.Logger = set.Logger.WithOptions(zap.WrapCore(func(core zapcore.Core) zapcore.Core { return belowError{core} }))
	return set
}

// belowError leaves out errors.
type belowError struct {
	zapcore.Core
}

func (c belowError) Enabled(level zapcore.Level) bool {
	return level < zapcore.ErrorLevel && c.Core.Enabled(level)
}

func (c belowError) With(fields []zapcore.Field) zapcore.Core {
	return belowError{c.Core.With(fields)}
}

func (c belowError) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if !c.Enabled(entry.Level) {
		return checked
	}
	return c.Core.Check(entry, checked)
}
