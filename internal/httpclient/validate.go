// Package httpclient has what the clients of the tracking API and of the authorization server share: settings that cannot work,
// the pauses that a server asks for, and keeping secrets out of logs and spans.
package httpclient

import (
	"errors"
	"net/url"
	"strings"

	"go.opentelemetry.io/collector/config/confighttp"

	"github.com/otel-segment/segmentexporter/internal/strictconf"
)

// Validate reports every problem but those of the endpoint, see [ValidateEndpoint]. The errors repeat nothing that can be a
// secret.
func Validate(client confighttp.ClientConfig) error {
	return errors.Join(strictconf.ValidateDurations(&client), validateProxy(client.ProxyURL), validateHeaders(client.Headers))
}

// validateProxy finds what the client does not: it accepts any URL that it can parse, and its error for another repeats the
// password. An empty URL leaves the proxy to the environment.
func validateProxy(proxy string) error {
	if proxy == "" {
		return nil
	}
	u, err := url.Parse(proxy)
	if err != nil || u.Hostname() == "" || !isProxyScheme(u.Scheme) {
		return errors.New("proxy_url: must be an http://, https:// or socks5:// URL, such as http://proxy:3128")
	}
	if strings.Trim(u.Path, "/") != "" || strings.ContainsAny(proxy, "?#") {
		return errors.New("proxy_url: must have neither path, query nor fragment, which a proxy never sees")
	}
	return nil
}

func isProxyScheme(scheme string) bool {
	switch scheme {
	case "http", "https", "socks5", "socks5h":
		return true
	default:
		return false
	}
}
