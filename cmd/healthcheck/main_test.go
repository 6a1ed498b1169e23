package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	require.NoError(t, check(server.URL))
	status = http.StatusInternalServerError
	require.EqualError(t, check(server.URL), server.URL+" answered 500 Internal Server Error")
	server.Close()
	assert.Error(t, check(server.URL))
}
