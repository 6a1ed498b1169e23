package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// transport is a way in which a request in OTLP/JSON reaches the collector.
type transport struct {
	name string
	send func(t *testing.T, c *harness.Collector, request []byte)
}

var transports = []transport{
	{"http json", func(t *testing.T, c *harness.Collector, request []byte) {
		t.Helper()
		c.PostLogs(t, "application/json", request)
	}},
	{"http protobuf", func(t *testing.T, c *harness.Collector, request []byte) {
		t.Helper()
		body, err := plogotlp.NewExportRequestFromLogs(unmarshal(t, request)).MarshalProto()
		require.NoError(t, err)
		c.PostLogs(t, "application/x-protobuf", body)
	}},
	{"grpc", func(t *testing.T, c *harness.Collector, request []byte) {
		t.Helper()
		_, err := c.GRPCClient(t).Export(t.Context(), plogotlp.NewExportRequestFromLogs(unmarshal(t, request)))
		require.NoError(t, err)
	}},
}

func unmarshal(t *testing.T, request []byte) plog.Logs {
	t.Helper()
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(request)
	require.NoError(t, err)
	return logs
}
