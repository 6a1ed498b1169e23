package segmentexporter

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

// load decodes and validates settings, beside a write key unless they have one.
func load(settings map[string]any) (*Config, error) {
	all := map[string]any{"write_key": "key"}
	maps.Copy(all, settings)
	return loadAlone(all)
}

// loadAlone decodes and validates settings as they are.
func loadAlone(settings map[string]any) (*Config, error) {
	cfg := createDefaultConfig().(*Config)
	if err := confmap.NewFromStringMap(settings).Unmarshal(cfg); err != nil {
		return nil, err
	}
	return cfg, confmap.Validate(cfg)
}

// withOAuth adds an oauth section, which has more settings than the required ones.
func withOAuth(settings map[string]any, more map[string]any) map[string]any {
	section := map[string]any{"client_id": "client", "key_id": "key", "private_key_file": "key.pem"}
	maps.Copy(section, more)
	all := map[string]any{"oauth": section}
	maps.Copy(all, settings)
	return all
}

// TestInvalid has the messages about one setting or two, and each names the YAML key.
func TestInvalid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings map[string]any
		expected []string
	}{
		"unknown region": {
			map[string]any{"region": "ap"},
			[]string{"'region'", `unknown region "ap": must be us or eu`},
		},
		"endpoint without scheme": {
			map[string]any{"endpoint": "api.segment.io"},
			[]string{"endpoint: must be an http:// or https:// URL"},
		},
		"endpoint with another scheme": {
			map[string]any{"endpoint": "ftp://user:secret@host"},
			[]string{"endpoint: must be an http:// or https:// URL"},
		},
		"endpoint that is no URL": {
			map[string]any{"endpoint": "http://user:secret@a b"},
			[]string{"endpoint: must be an http:// or https:// URL"},
		},
		"endpoint with a query": {
			map[string]any{"endpoint": "https://host/?"},
			[]string{"endpoint: must have neither query nor fragment"},
		},
		"endpoint with a fragment": {
			map[string]any{"endpoint": "https://host/#"},
			[]string{"endpoint: must have neither query nor fragment"},
		},
		"endpoint with credentials": {
			map[string]any{"endpoint": "https://secret:@host/"},
			[]string{"endpoint: must have no user or password"},
		},
		"endpoint with the path of the API": {
			map[string]any{"endpoint": "https://api.segment.io/v1/batch/"},
			[]string{"endpoint: must not end in /v1/batch"},
		},
		"negative timeout": {
			map[string]any{"timeout": "-1s"},
			[]string{"timeout: must not be negative"},
		},
		"oauth without settings": {
			map[string]any{"oauth": map[string]any{}},
			[]string{"oauth: client_id: must be set\n", "key_id: must be set\n", "private_key_file: must be set, or private_key"},
		},
		"oauth that cannot work": {
			map[string]any{"oauth": map[string]any{
				"client_id": "c", "key_id": "k", "private_key_file": "key.pem", "private_key": "secret", "scope": " ",
				"endpoint": "https://secret@host", "timeout": "-1s", "proxy_url": "secret", "headers": map[string]any{"Host": "secret"},
			}},
			[]string{
				"private_key: must not be set beside private_key_file", "oauth: scope: is empty",
				"endpoint: must have no user or password", "timeout: must not be negative", "proxy_url: must be", "headers::Host: must not",
			},
		},
		"oauth beside another authenticator": {
			withOAuth(map[string]any{"auth": map[string]any{"authenticator": "basicauth"}}, nil),
			[]string{"auth: must not be set beside oauth, both write the Authorization header"},
		},
		"oauth beside an Authorization header": {
			withOAuth(map[string]any{"headers": map[string]any{"authorization": "secret"}}, nil),
			[]string{"headers::authorization: must not be set beside oauth, which writes this header"},
		},
		"event type": {
			map[string]any{"translate": map[string]any{"events": []any{map[string]any{"match": "x", "type": "purchase"}}}},
			[]string{"translate.events[0]", `unknown message type "purchase": must be identify, track, page, screen, group or alias`},
		},
		"event without match": {
			map[string]any{"translate": map[string]any{"events": []any{map[string]any{"type": "track"}}}},
			[]string{"translate::events::0: match: must be an event name or a glob such as shop.*"},
		},
		"empty names": {
			map[string]any{"translate": map[string]any{
				"scopes": []any{""}, "user_id": []any{"a", " "}, "anonymous_id": []any{""}, "group_id": []any{""},
				"attributes": map[string]any{"include": []any{""}, "exclude": []any{""}},
			}},
			[]string{
				"translate: scopes: entry 1 is empty", "user_id: entry 2 is empty", "anonymous_id: entry 1 is empty",
				"group_id: entry 1 is empty", "translate::attributes: include: entry 1 is empty", "exclude: entry 1 is empty",
			},
		},
		"key style": {
			map[string]any{"translate": map[string]any{"attributes": map[string]any{"keys": "flat"}}},
			[]string{`unknown key style "flat": must be nest or keep`},
		},
		"proxy that is no URL": {
			map[string]any{"proxy_url": "http://user:secret@a b"},
			[]string{"proxy_url: must be an http://, https:// or socks5:// URL"},
		},
		"headers that the exporter writes": {
			map[string]any{"headers": map[string]any{"content-encoding": "secret", "Content-Type": "secret", "X-Team": "growth"}},
			[]string{
				"headers::content-encoding: must not be set, it describes the body, which the exporter writes",
				"headers::Content-Type: must not be set",
			},
		},
		"headers that the exporter writes, as a list": {
			map[string]any{"headers": []any{map[string]any{"name": "Transfer-Encoding", "value": "secret"}}},
			[]string{"headers::Transfer-Encoding: must not be set, it is about the connection"},
		},
		"negative pause": {
			map[string]any{"max_retry_after": "-1s"},
			[]string{"max_retry_after: must not be negative"},
		},
		"all at once": {
			map[string]any{"write_key": "", "endpoint": "x", "max_retry_after": "13h"},
			[]string{"write_key: ", "endpoint: ", "retry_on_failure::max_elapsed_time: "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(c.settings)
			require.Error(t, err)
			for _, expected := range c.expected {
				assert.Contains(t, err.Error(), expected)
			}
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}

// TestUnknownKeys has a typo in each section, be it one of ours or of the Collector.
func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	typo := map[string]any{"typo": "secret"}
	in := func(section string, settings any) map[string]any { return map[string]any{section: settings} }
	for name, settings := range map[string]map[string]any{
		"segmentexporter.Config":  typo,
		"translate":               in("translate", typo),
		"translate.attributes":    in("translate", in("attributes", typo)),
		"translate.context":       in("translate", in("context", typo)),
		"translate.events[0]":     in("translate", in("events", []any{map[string]any{"match": "a", "typo": "secret"}})),
		"retry_on_failure":        in("retry_on_failure", typo),
		"sending_queue":           in("sending_queue", typo),
		"batch":                   in("sending_queue", in("batch", typo)),
		"tls":                     in("tls", typo),
		"compression_params":      in("compression_params", typo),
		"headers[0]":              in("headers", []any{typo}),
		"auth":                    in("auth", typo),
		"keepalive":               in("keepalive", typo),
		"oauth.Config":            in("oauth", typo),
		"oauth":                   in("oauth", in("tls", typo)),
		"sending_queue, when off": in("sending_queue", map[string]any{"enabled": false, "typo": "secret"}),
		"oauth, when off":         in("oauth", map[string]any{"enabled": false, "typo": "secret"}),
	} {
		err := confmap.NewFromStringMap(settings).Unmarshal(createDefaultConfig())
		require.ErrorContains(t, err, "has invalid keys: typo", name)
		section, _, _ := strings.Cut(name, ",")
		require.ErrorContains(t, err, "'"+section, name)
		assert.NotContains(t, err.Error(), "secret")
	}
}
