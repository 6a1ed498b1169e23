package harness

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// PostAsLibrary sends a body as Segment's libraries do, and returns the status of the answer.
func PostAsLibrary(t *testing.T, url, key, body string) int {
	t.Helper()
	resp, err := http.DefaultClient.Do(LibraryRequest(t, url, key, body))
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}

// LibraryRequest is a request of one of Segment's libraries.
func LibraryRequest(t *testing.T, url, key, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	req.SetBasicAuth(key, "")
	return req
}
