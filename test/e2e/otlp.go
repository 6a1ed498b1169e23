package e2e

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// transport is a way in which a request in OTLP/JSON reaches the collector.
type transport struct {
	name string
	send func(t *testing.T, c *collector, request []byte)
}

var transports = []transport{
	{"http json", func(t *testing.T, c *collector, request []byte) {
		t.Helper()
		postLogs(t, c, "application/json", request)
	}},
	{"http protobuf", func(t *testing.T, c *collector, request []byte) {
		t.Helper()
		body, err := plogotlp.NewExportRequestFromLogs(unmarshal(t, request)).MarshalProto()
		require.NoError(t, err)
		postLogs(t, c, "application/x-protobuf", body)
	}},
	{"grpc", func(t *testing.T, c *collector, request []byte) {
		t.Helper()
		_, err := grpcClient(t, c).Export(t.Context(), plogotlp.NewExportRequestFromLogs(unmarshal(t, request)))
		require.NoError(t, err)
	}},
}

// grpcClient is what an SDK has, without its retries.
func grpcClient(tb testing.TB, c *collector) plogotlp.GRPCClient {
	tb.Helper()
	conn, err := grpc.NewClient(c.grpcAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, conn.Close()) })
	return plogotlp.NewGRPCClient(conn)
}

func postLogs(t *testing.T, c *collector, contentType string, body []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.httpURL+"/v1/logs", bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", contentType)
	_, err = do(req)
	require.NoError(t, err)
}

func unmarshal(t *testing.T, request []byte) plog.Logs {
	t.Helper()
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(request)
	require.NoError(t, err)
	return logs
}
