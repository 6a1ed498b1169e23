package httpclient

import (
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/confmap"
)

// WithoutKeepAlives is the client with a new connection for every request.
func WithoutKeepAlives(client confighttp.ClientConfig) confighttp.ClientConfig {
	// Decoding says so in every version of confighttp; the field that it sets is not always the same.
	off := confmap.NewFromStringMap(map[string]any{"keepalive": map[string]any{"enabled": false}})
	if err := off.Unmarshal(&client); err != nil {
		panic(err) // no version that we build with
	}
	return client
}
