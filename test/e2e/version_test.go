package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/internal/version"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestVersion has the version in one place: the program, its requests and its messages name that one.
func TestVersion(t *testing.T) {
	t.Parallel()
	text, code := testcollector.Run(t, nil, "--version")
	assert.Zero(t, code)
	assert.Equal(t, "otelcol-segment version "+version.Version+"\n", text)

	agents := make(chan string, 1)
	segment := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { agents <- r.UserAgent() }))
	t.Cleanup(segment.Close)
	sandbox := harness.NewSandbox(t)
	for _, url := range []string{segment.URL, sandbox.URL} {
		_, err := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(url)).
			GRPCClient(t).Export(t.Context(), harness.SomeEvents(1))
		require.NoError(t, err)
	}
	assert.Equal(t, version.UserAgent, <-agents)
	var message struct {
		Context struct {
			Library struct{ Name, Version string }
		}
	}
	require.NoError(t, json.Unmarshal(sandbox.WaitFor(t, 1)[0].Raw, &message))
	assert.Equal(t, version.Name, message.Context.Library.Name)
	assert.Equal(t, version.Version, message.Context.Library.Version)
}
