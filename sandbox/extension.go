package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

type sandboxExtension struct {
	cfg       *Config
	telemetry component.TelemetrySettings
	running   atomic.Pointer[running]
	listener  net.Listener
	server    *http.Server
	stop      context.CancelFunc // ends the requests that take long
	done      chan struct{}      // closed when the server has stopped
}

func newExtension(cfg *Config, telemetry component.TelemetrySettings) *sandboxExtension {
	// The errors are those of clients and key files and no bugs of the sandbox, so that a stack trace would not help.
	telemetry.Logger = telemetry.Logger.WithOptions(zap.AddStacktrace(zapcore.DPanicLevel))
	return &sandboxExtension{cfg: cfg, telemetry: telemetry}
}

func (e *sandboxExtension) Start(ctx context.Context, host component.Host) error {
	api, err := newAPI(e.cfg, e.telemetry.Logger)
	if err != nil {
		return err
	}
	server, err := e.cfg.ServerConfig.ToServer(ctx, host.GetExtensions(), e.telemetry, api.routes(),
		confighttp.WithErrorHandler(api.refuseEarly))
	if err != nil {
		return err
	}
	listener, err := e.cfg.ServerConfig.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("endpoint: cannot listen on %q: %w", e.cfg.ServerConfig.NetAddr.Endpoint, err)
	}
	server.Handler = keepEncoding(server.Handler)
	e.server, e.listener, e.done = server, listener, make(chan struct{})
	e.running.Store(&running{api.store, api.sources, newBoundAddress(e.scheme(), e.cfg.ServerConfig.NetAddr.Endpoint, listener.Addr())})
	requests, stop := context.WithCancel(context.WithoutCancel(ctx)) // the context of Start may end when Start returns
	server.BaseContext = func(net.Listener) context.Context { return requests }
	e.stop = stop
	e.announce()

	go func() {
		defer close(e.done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	}()
	return nil
}

// announce says where the sandbox is. It looks at the address that is listened on and not at the configured one:
// a host name or an empty host does not show what it stands for, and port 0 becomes a real one.
func (e *sandboxExtension) announce() {
	addr := e.listener.Addr()
	e.telemetry.Logger.Info("Segment sandbox is listening", zap.String("url", e.scheme()+"://"+addr.String()))
	if tcp, ok := addr.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		e.telemetry.Logger.Warn("Segment sandbox can be reached from other machines and has no login: "+
			"everyone who reaches it can read what was uploaded", zap.Stringer("address", addr))
	}
}

func (e *sandboxExtension) scheme() string {
	if e.cfg.ServerConfig.TLS.HasValue() {
		return "https"
	}
	return "http"
}

// Shutdown closes the connections instead of waiting for them: a client that stopped in the middle of an upload must
// not hold up the Collector, and one that gets no answer uploads again.
func (e *sandboxExtension) Shutdown(context.Context) error {
	if e.server == nil {
		return nil
	}
	e.running.Store(nil)
	e.stop()
	err := e.server.Close()
	<-e.done
	return err
}
