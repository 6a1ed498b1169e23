package e2e

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// componentStatus is the flag that makes health_check tell the status of components.
var componentStatus = []string{"--feature-gates=+extension.healthcheck.useComponentStatus"}

// healthCheck overlays the extension, which answers 500 to errors that only a restart can mend.
func healthCheck(address string) string {
	return `
extensions: {health_check: {http: {endpoint: "` + address + `", status: {path: /}}, component_health: {include_permanent_errors: true}}}
service: {extensions: [health_check]}
`
}

// waitForHealth waits until health_check answers with a status and says some texts of the exporter.
func waitForHealth(t *testing.T, address string, status int, texts ...string) {
	t.Helper()
	eventually(t, func(t require.TestingT) {
		resp, err := http.Get("http://" + address + "/?verbose") //nolint:noctx // It answers at once.
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, status, resp.StatusCode)
		for _, text := range texts {
			require.Contains(t, string(body), text)
		}
	})
}
