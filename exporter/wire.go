package exporter

import (
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
)

// wireID is the id of [wireCounter] among the extensions, as the client of this exporter sees them.
var wireID = component.MustNewID("segment_wire")

// withWireCounter makes the counter the last thing that a request passes: behind the compression, which can be the
// client's.
func withWireCounter(
	cfg confighttp.ClientConfig, extensions map[component.ID]component.Component, e *Exporter,
) (confighttp.ClientConfig, map[component.ID]component.Component) {
	cfg.Middlewares = append(slices.Clip(cfg.Middlewares), configmiddleware.Config{ID: wireID})
	all := map[component.ID]component.Component{wireID: wireCounter{exporter: e}}
	maps.Copy(all, extensions)
	return cfg, all
}

// wireCounter is an extension for HTTP clients that counts the bytes of bodies as they go out, and sees what an authenticator
// has put into their headers.
type wireCounter struct {
	component.StartFunc
	component.ShutdownFunc
	exporter *Exporter
}

// GetHTTPRoundTripper implements extensionmiddleware.HTTPClient.
func (c wireCounter) GetHTTPRoundTripper(context.Context) (extensionmiddleware.WrapHTTPRoundTripperFunc, error) {
	return func(_ context.Context, base http.RoundTripper) (http.RoundTripper, error) {
		return &wireTransport{base: base, exporter: c.exporter}, nil
	}, nil
}

type wireTransport struct {
	base     http.RoundTripper
	exporter *Exporter
}

// RoundTrip implements http.RoundTripper.
func (t *wireTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if a, is := req.Context().Value(attemptKey{}).(*attempt); is {
		a.addCredentials(req.Header, t.exporter.header)
	}
	// It counts even when the request is given up.
	ctx := context.WithoutCancel(req.Context())
	count := func(body io.ReadCloser) io.ReadCloser {
		return &countedBody{ReadCloser: body, add: func(n int64) { t.exporter.metrics.wireBytes(ctx, n) }}
	}
	counted := req.WithContext(req.Context())
	counted.Body = count(req.Body)
	if again := req.GetBody; again != nil {
		counted.GetBody = func() (io.ReadCloser, error) {
			body, err := again()
			if err != nil {
				return nil, err
			}
			return count(body), nil
		}
	}
	return t.base.RoundTrip(counted)
}

// countedBody adds what was read of it when it ends. The transport can close it while it reads.
type countedBody struct {
	io.ReadCloser
	add  func(bytes int64)
	read atomic.Int64
}

// Read implements io.Reader.
func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Add(int64(n))
	if err != nil {
		b.add(b.read.Swap(0))
	}
	return n, err
}

// Close implements io.Closer.
func (b *countedBody) Close() error {
	b.add(b.read.Swap(0))
	return b.ReadCloser.Close()
}
