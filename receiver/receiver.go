package receiver

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/receiver/internal/metadata"
)

// segmentReceiver is the server and what belongs to it.
type segmentReceiver struct {
	cfg       *Config
	telemetry component.TelemetrySettings
	builder   *metadata.TelemetryBuilder
	api       *api
	server    *http.Server  // nil until it is started
	done      chan struct{} // closed when the server has stopped
}

// Start implements component.Component.
func (r *segmentReceiver) Start(ctx context.Context, host component.Host) error {
	server, err := r.cfg.ServerConfig.ToServer(ctx, host.GetExtensions(), r.telemetry, r.api,
		confighttp.WithErrorHandler(r.api.refuseEarly))
	if err != nil {
		return err
	}
	server.Handler = arrive(newRouter(r.cfg.PathPrefix), server.Handler)
	listener, err := r.cfg.ServerConfig.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("endpoint: cannot listen on %q: %w", r.cfg.ServerConfig.NetAddr.Endpoint, err)
	}
	warnOfCORS(&r.cfg.ServerConfig, r.telemetry.Logger)
	r.api.metrics.start(ctx, r.api.settings != nil)
	r.telemetry.Logger.Info("Segment receiver is listening", zap.Stringer("address", listener.Addr()))

	r.server, r.done = server, make(chan struct{})
	go func() {
		defer close(r.done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	}()
	return nil
}

// Shutdown answers the requests that are under way. Until it has, it listens on, so that others are told to come back instead of
// finding nobody.
func (r *segmentReceiver) Shutdown(ctx context.Context) error {
	defer r.builder.Shutdown()
	if r.server == nil {
		return nil
	}
	r.api.door.close()
	r.server.SetKeepAlivesEnabled(false)
	select {
	case <-r.api.door.empty.Done():
	case <-ctx.Done():
	}
	err := r.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, r.server.Close())
	}
	<-r.done
	r.api.settings.close()
	return err
}
