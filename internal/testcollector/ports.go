package testcollector

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// FreePorts are n different ports of localhost that nobody listened on a moment ago.
func FreePorts(tb testing.TB, n int) []string {
	tb.Helper()
	ports := make([]string, n)
	for i := range ports {
		var config net.ListenConfig
		l, err := config.Listen(tb.Context(), "tcp", "localhost:0")
		require.NoError(tb, err)
		defer func() { _ = l.Close() }()
		_, ports[i], err = net.SplitHostPort(l.Addr().String())
		require.NoError(tb, err)
	}
	return ports
}
