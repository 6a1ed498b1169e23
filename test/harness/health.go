package harness

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// ComponentStatus is the flag that makes health_check tell the status of components.
const ComponentStatus = "--feature-gates=+extension.healthcheck.useComponentStatus"

// WaitForHealth waits until health_check answers with a status code, and with all texts in its body. For an exporter that
// is well such a text is `"exporter:segment":{"healthy":true,"status":"StatusOK"`.
func WaitForHealth(t *testing.T, address string, status int, texts ...string) {
	t.Helper()
	Eventually(t, func(t require.TestingT) {
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
