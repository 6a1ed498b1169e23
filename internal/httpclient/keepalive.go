package httpclient

import (
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/confmap"
)

// WithoutKeepAlives is a copy of the configuration with which every request has a connection of its own.
func WithoutKeepAlives(client confighttp.ClientConfig) confighttp.ClientConfig {
	// The setting is decoded because the field for it is not the same in every version of confighttp.
	off := confmap.NewFromStringMap(map[string]any{"keepalive": map[string]any{"enabled": false}})
	if err := off.Unmarshal(&client); err != nil {
		panic(err) // in no version that go.mod allows
	}
	return client
}
