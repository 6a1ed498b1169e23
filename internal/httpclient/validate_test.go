package httpclient

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	client := confighttp.NewDefaultClientConfig()
	require.NoError(t, Validate(client))
	client.Timeout = -time.Second
	client.ProxyURL = "secret"
	client.Headers = configopaque.MapList{{Name: "host", Value: "secret"}, {Name: "X-Team", Value: "growth"}}
	client.HTTP2PingTimeout = 15
	client.TLS.ReloadInterval = 60
	assert.EqualError(t, Validate(client), "tls::reload_interval: 60ns is too short: a number needs a unit, such as \"15s\"\n"+
		"timeout: must not be negative\n"+
		"http2_ping_timeout: 15ns is too short: a number needs a unit, such as \"15s\"\n"+
		"proxy_url: must be an http://, https:// or socks5:// URL, such as http://proxy:3128\n"+
		"headers::host: must not be set, the host is that of endpoint")
}

func TestProxy(t *testing.T) {
	t.Parallel()
	const (
		noURL  = "proxy_url: must be an http://, https:// or socks5:// URL, such as http://proxy:3128"
		noPath = "proxy_url: must have neither path, query nor fragment, which a proxy never sees"
	)
	for proxy, expected := range map[string]string{
		"":                                 "",
		"http://proxy.example":             "",
		"http://u:secret@proxy:3128":       "",
		"https://proxy:3128/":              "",
		"HTTP://proxy:3128":                "",
		"socks5://proxy:1080":              "",
		"socks5h://[::1]:1080":             "",
		"proxy":                            noURL,
		"proxy:3128":                       noURL,
		"proxy.example:3128":               noURL,
		"192.0.2.1:3128":                   noURL,
		"u:secret@proxy:3128":              noURL,
		"//proxy:3128":                     noURL,
		"/proxy":                           noURL,
		"http://":                          noURL,
		"http://:3128":                     noURL,
		"http:proxy:3128":                  noURL,
		"ftp://proxy":                      noURL,
		"socks4://proxy":                   noURL,
		"http://u:secret@a b":              noURL,
		"http://u:secret@proxy:port":       noURL,
		" http://proxy":                    noURL,
		"http://proxy:3128/secret":         noPath,
		"http://proxy/?":                   noPath,
		"http://proxy?secret":              noPath,
		"http://u:secret@proxy:3128#":      noPath,
		"http://u:secret@proxy/proxy.pac#": noPath,
	} {
		err := validateProxy(proxy)
		if expected == "" {
			assert.NoError(t, err, proxy)
		} else {
			assert.EqualError(t, err, expected, proxy)
		}
	}
}
