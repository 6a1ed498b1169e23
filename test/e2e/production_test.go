package e2e

import (
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"google.golang.org/grpc/credentials"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestProductionSample runs config/production.yaml on ports of this machine: over TLS, through an outage and a restart.
func TestProductionSample(t *testing.T) {
	t.Parallel()
	const events = 2_000
	sample, err := os.ReadFile("../../config/production.yaml")
	require.NoError(t, err)
	cert, key, pool := harness.NewCertificate(t)
	health := "localhost:" + testcollector.FreePorts(t, 1)[0]
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 503}`)
	c := harness.StartCollectorWith(t, []string{harness.ComponentStatus}, harness.WithoutSandbox,
		strings.NewReplacer(
			"${env:QUEUE_DIRECTORY}", filepath.Join(t.TempDir(), "queue"),
			"${env:TLS_CERT}", cert, "${env:TLS_KEY}", key,
			"${env:SEGMENT_WRITE_KEY}", "production-write-key",
		).Replace(string(sample)),
		harness.UploadTo(segment.URL), `
extensions: {health_check: {http: {endpoint: "`+health+`"}}}
receivers: {otlp: {protocols: {grpc: {endpoint: "localhost:${env:GRPC_PORT}"}, http: {endpoint: "localhost:${env:HTTP_PORT}"}}}}
service: {telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: localhost, port: "${env:METRICS_PORT}"}}}}]}}}
`)
	exporter, err := otlploggrpc.New(t.Context(),
		otlploggrpc.WithEndpointURL("https://"+c.GRPCAddress),
		otlploggrpc.WithTLSCredentials(credentials.NewTLS(&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13})))
	require.NoError(t, err)
	harness.NewSDK(t, exporter).EmitAllCounters(t, events)
	c.WaitForRequests(t, http.StatusServiceUnavailable, 1)
	harness.WaitForHealth(t, health, http.StatusOK, `"healthy":true`)
	require.Zero(t, c.Stop(t), "exit code")
	require.NotRegexp(t, `\t(warn|error)\t`, c.Output.String(), "a sample starts without a warning")

	segment.Mend(t)
	c = c.Restart(t)
	require.True(t, c.WaitReady(t))
	harness.AssertEachOnce(t, segment.WaitFor(t, events))
	c.RequireBalance(t, events, 0)
}
