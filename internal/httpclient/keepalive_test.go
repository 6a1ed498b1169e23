package httpclient

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.uber.org/zap"
)

func TestWithoutKeepAlives(t *testing.T) {
	t.Parallel()
	cfg := confighttp.NewDefaultClientConfig()
	cfg.Endpoint = "https://host"
	cfg = WithoutKeepAlives(cfg)
	assert.Equal(t, "https://host", cfg.Endpoint)
	// Without telemetry the transport is not wrapped.
	client, err := cfg.ToClient(t.Context(), nil, component.TelemetrySettings{Logger: zap.NewNop()})
	require.NoError(t, err)
	assert.True(t, client.Transport.(*http.Transport).DisableKeepAlives)
}
