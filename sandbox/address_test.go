package sandbox

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
)

func TestTakesUploads(t *testing.T) {
	t.Parallel()
	tcp := func(ip string, port int) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: port} }
	for _, tt := range []struct {
		scheme, endpoint string
		listening        net.Addr
		takes, leaves    []string
	}{
		{
			"http", "localhost:9100", tcp("127.0.0.1", 9100),
			[]string{
				"http://localhost:9100", "http://localhost:9100/", "http://127.0.0.1:9100/prefix", "HTTP://LOCALHOST:9100", "http://[::1]:9100",
				"http://user:password@localhost:9100",
			},
			[]string{
				"https://localhost:9100", "http://localhost", "http://localhost:9101", "http://localhost.example:9100", "http://192.0.2.1:9100",
				"http://0.0.0.0:9100", "https://api.segment.io", "localhost:9100", "http://:9100", "", "::", "http://%zz",
			},
		},
		{
			"http", "localhost:80", tcp("::1", 80),
			[]string{"http://localhost", "http://localhost:80", "http://[::1]", "http://127.0.0.1/"},
			[]string{"https://localhost", "http://localhost:443"},
		},
		{
			"https", "sandbox.example:443", tcp("192.0.2.1", 443),
			[]string{"https://sandbox.example", "https://Sandbox.Example:443/x", "https://192.0.2.1"},
			[]string{"http://sandbox.example", "https://sandbox.example:80", "https://localhost", "https://127.0.0.1", "https://192.0.2.2"},
		},
		{
			"http", "0.0.0.0:9100", tcp("0.0.0.0", 9100),
			[]string{"http://localhost:9100", "http://127.0.0.1:9100", "http://0.0.0.0:9100"},
			[]string{"http://192.0.2.1:9100", "http://elsewhere:9100", "http://:9100"},
		},
		{
			"http", ":9100", tcp("::", 9100),
			[]string{"http://localhost:9100", "http://[::1]:9100", "http://[::]:9100", "http://[::ffff:127.0.0.1]:9100"},
			[]string{"http://:9100", "http://elsewhere:9100"},
		},
		{
			"http", "/run/sandbox.sock", &net.UnixAddr{Name: "/run/sandbox.sock"},
			nil,
			[]string{"http://localhost", "http://localhost:0", "http:///run/sandbox.sock"},
		},
	} {
		address := newBoundAddress(tt.scheme, tt.endpoint, tt.listening)
		for _, endpoint := range tt.takes {
			assert.True(t, address.reachedBy(endpoint), "%s %s", tt.endpoint, endpoint)
		}
		for _, endpoint := range tt.leaves {
			assert.False(t, address.reachedBy(endpoint), "%s %s", tt.endpoint, endpoint)
		}
	}
}

func TestTakesUploadsOfThisMachine(t *testing.T) {
	t.Parallel()
	addrs, err := net.InterfaceAddrs()
	require.NoError(t, err)
	address := newBoundAddress("http", "0.0.0.0:9100", &net.TCPAddr{IP: net.IPv4zero, Port: 9100})
	for _, addr := range addrs {
		ip, _, err := net.ParseCIDR(addr.String())
		require.NoError(t, err)
		assert.True(t, address.reachedBy("http://"+net.JoinHostPort(ip.String(), "9100")), addr)
	}
}

func TestTakesUploadsWhileItRuns(t *testing.T) {
	t.Parallel()
	ext := newExtension(testConfig(), componenttest.NewNopTelemetrySettings())
	assert.False(t, ext.TakesUploads(testURL))
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	url := "http://" + ext.listener.Addr().String()
	assert.True(t, ext.TakesUploads(url))
	assert.True(t, ext.TakesUploads(strings.Replace(url, "127.0.0.1", "localhost", 1)))
	require.NoError(t, ext.Shutdown(t.Context()))
	assert.False(t, ext.TakesUploads(url))
}
