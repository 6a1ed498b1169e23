package harness

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

// GRPCClient sends OTLP over gRPC as an SDK does, but tries nothing again.
func (c *Collector) GRPCClient(tb testing.TB) plogotlp.GRPCClient {
	tb.Helper()
	conn, err := grpc.NewClient(c.GRPCAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, conn.Close()) })
	return plogotlp.NewGRPCClient(conn)
}

// PostLogs sends an OTLP request over HTTP, which must be answered with a 2xx status.
func (c *Collector) PostLogs(t *testing.T, contentType string, request []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.HTTPURL+"/v1/logs", bytes.NewReader(request))
	require.NoError(t, err)
	req.Header.Set("Content-Type", contentType)
	_, err = do(req)
	require.NoError(t, err)
}

// SomeEvents are n track events of the user "u". They have no time, so that each gets an id of its own.
func SomeEvents(n int) plogotlp.ExportRequest {
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	sl.Scope().SetName("segment")
	for range n {
		lr := sl.LogRecords().AppendEmpty()
		lr.SetEventName("Sent")
		lr.Attributes().PutStr("user.id", "u")
	}
	return plogotlp.NewExportRequestFromLogs(ld)
}
