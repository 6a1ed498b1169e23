package safequeue

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	nometric "go.opentelemetry.io/otel/metric/noop"
	notrace "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"
)

// Keep is an error with which the queue on disk keeps the request for the next start. Without it, the queue deletes what it
// has handed out, whatever the error.
func Keep(err error) error {
	return kept{err: err, shutdown: shutdownError()}
}

// Kept says whether an error is one of [Keep], or wraps one.
func Kept(err error) bool {
	_, ok := errors.AsType[kept](err)
	return ok
}

// kept has the text of err alone: the exporter says more about the end of its work than the error of a shutdown does.
type kept struct {
	err, shutdown error
}

func (k kept) Error() string { return k.err.Error() }

func (k kept) Unwrap() []error { return []error{k.shutdown, k.err} }

// shutdownError is the error by which the queue knows that it has to keep a request. Its type is internal to the Collector,
// but a retry helper that was shut down returns one when it would wait for its next attempt.
var shutdownError = sync.OnceValue(func() error {
	ctx := context.Background()
	set := exporter.Settings{
		ID: component.MustNewID("safequeue"),
		TelemetrySettings: component.TelemetrySettings{
			Logger:         zap.NewNop(),
			TracerProvider: notrace.NewTracerProvider(),
			MeterProvider:  nometric.NewMeterProvider(),
			Resource:       pcommon.NewResource(),
		},
	}
	refuse := func(context.Context, plog.Logs) error { return errors.New("not sent") }
	retry, err := exporterhelper.NewLogs(ctx, set, struct{}{}, refuse,
		exporterhelper.WithRetry(configretry.BackOffConfig{Enabled: true, InitialInterval: time.Hour}))
	if err != nil {
		return err
	}
	if err := retry.Shutdown(ctx); err != nil {
		return err
	}
	return retry.ConsumeLogs(ctx, plog.NewLogs())
})
