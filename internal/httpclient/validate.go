// Package httpclient checks the settings of HTTP clients with which every request would fail.
package httpclient

import (
	"errors"
	"net/url"

	"go.opentelemetry.io/collector/config/confighttp"
)

// Validate reports every problem but those of the endpoint. The errors repeat nothing that can be a secret.
func Validate(client confighttp.ClientConfig) error {
	return errors.Join(validateTimeout(client), validateProxy(client.ProxyURL), validateHeaders(client.Headers))
}

func validateTimeout(client confighttp.ClientConfig) error {
	if client.Timeout < 0 {
		return errors.New("timeout: must not be negative, 0 is no limit")
	}
	return nil
}

// validateProxy is needed because the client repeats a URL that it cannot parse, with its password, and takes any other.
func validateProxy(proxy string) error {
	if proxy == "" {
		return nil
	}
	u, err := url.ParseRequestURI(proxy)
	if err == nil && u.Hostname() != "" {
		switch u.Scheme {
		case "http", "https", "socks5", "socks5h":
			return nil
		}
	}
	return errors.New("proxy_url: must be an http://, https:// or socks5:// URL")
}
