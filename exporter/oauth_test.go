package exporter

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
)

// TestRequestWithToken has the write key in the body only, and does not follow a redirect with the token.
func TestRequestWithToken(t *testing.T) {
	t.Parallel()
	server := newSegment(t, func(w http.ResponseWriter, n int, _ upload) {
		if n == 2 {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
	})
	r := newRig(t, server.URL, withTokens(t, newTellTale(t).URL))
	require.NoError(t, r.ConsumeLogs(t.Context(), events(1, nil)))
	err := r.ConsumeLogs(t.Context(), events(1, nil))
	require.ErrorContains(t, err, "redirects are not followed")
	assert.False(t, consumererror.IsPermanent(err))
	received := server.received()
	require.Len(t, received, 2)
	for _, got := range received {
		assert.Equal(t, []string{"Bearer " + tellTaleToken}, got.header.Values("Authorization"))
		assert.Equal(t, testKey, got.key)
	}
}

// TestShutdownWithOAuth works twice.
func TestShutdownWithOAuth(t *testing.T) {
	t.Parallel()
	r := newRig(t, newSegment(t, nil).URL, withTokens(t, newTellTale(t).URL))
	require.NoError(t, r.ConsumeLogs(t.Context(), events(1, nil)))
	assert.NoError(t, r.set.Tokens.Shutdown(context.WithoutCancel(t.Context())))
}
