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
	assert.EqualError(t, Validate(client), "timeout: must not be negative, 0 is no limit\n"+
		"proxy_url: must be an http://, https:// or socks5:// URL\n"+
		"headers::host: must not be set, the host is that of endpoint")
}

func TestProxy(t *testing.T) {
	t.Parallel()
	for proxy, valid := range map[string]bool{
		"":                           true,
		"http://proxy.example":       true,
		"http://u:secret@proxy:3128": true,
		"https://proxy:3128/":        true,
		"socks5://proxy:1080":        true,
		"socks5h://[::1]:1080":       true,
		"proxy":                      false,
		"proxy:3128":                 false,
		"proxy.example:3128":         false,
		"//proxy:3128":               false,
		"/proxy":                     false,
		"http://":                    false,
		"http://:3128":               false,
		"ftp://proxy":                false,
		"http://u:secret@a b":        false,
		"http://u:secret@proxy:port": false,
	} {
		err := validateProxy(proxy)
		if valid {
			assert.NoError(t, err, proxy)
		} else {
			assert.EqualError(t, err, "proxy_url: must be an http://, https:// or socks5:// URL", proxy)
		}
	}
}
