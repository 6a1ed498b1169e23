package segmentexporter

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

// TestUnfilled has settings whose value is missing, as from a variable that is not set. Each is reported once.
func TestUnfilled(t *testing.T) {
	t.Parallel()
	in := func(section string, settings any) map[string]any { return map[string]any{section: settings} }
	for path, settings := range map[string]map[string]any{
		"write_key":                          in("write_key", nil),
		"region":                             in("region", nil),
		"region ":                            in("region", ""),
		"endpoint":                           in("endpoint", nil),
		"endpoint ":                          in("endpoint", ""),
		"timeout":                            in("timeout", nil),
		"compression":                        in("compression", nil),
		"max_retry_after":                    in("max_retry_after", nil),
		"headers::X-Team":                    in("headers", in("X-Team", nil)),
		"auth::authenticator":                in("auth", in("authenticator", nil)),
		"tls::ca_file":                       in("tls", in("ca_file", nil)),
		"translate::user_id":                 in("translate", in("user_id", nil)),
		"translate::attributes::send":        in("translate", in("attributes", in("send", nil))),
		"retry_on_failure::enabled":          in("retry_on_failure", in("enabled", nil)),
		"retry_on_failure::max_elapsed_time": in("retry_on_failure", in("max_elapsed_time", nil)),
		"sending_queue::storage":             in("sending_queue", in("storage", nil)),
		"sending_queue::storage ":            in("sending_queue", in("storage", "")),
		"sending_queue::queue_size":          in("sending_queue", in("queue_size", nil)),
		"sending_queue::batch::min_size":     in("sending_queue", in("batch", in("min_size", nil))),
		"oauth::scope":                       withOAuth(nil, in("scope", "")),
		"oauth::timeout":                     withOAuth(nil, in("timeout", nil)),
	} {
		_, err := load(settings)
		path = strings.TrimSpace(path)
		require.ErrorContains(t, err, "is empty; if it comes from an environment variable", path)
		assert.Regexp(t, "^"+strings.Replace(path, "oauth::", "oauth: ", 1)+": is empty", err.Error())
		assert.NotContains(t, err.Error(), "\n", "one problem")
	}
}

// TestUnfilledAndOff has sections that are switched off: what they lack is no problem.
func TestUnfilledAndOff(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]any{
		"queue":   {"sending_queue": map[string]any{"enabled": false, "storage": nil}},
		"retries": {"retry_on_failure": map[string]any{"enabled": false, "max_elapsed_time": nil, "initial_interval": 5}},
		"oauth":   {"oauth": map[string]any{"enabled": false, "client_id": nil}},
	} {
		_, err := load(settings)
		assert.NoError(t, err, name)
	}
}

// TestUnfilledFromElsewhere has values and sections that are references.
func TestUnfilledFromElsewhere(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"the storage":          {"main": "{write_key: key, sending_queue: {storage: \"${test:nothing}\"}}"},
		"of a queue in a file": {"main": "{write_key: key, sending_queue: \"${test:queue}\"}", "queue": "{storage: \"${test:nothing}\"}"},
	} {
		cfg := createDefaultConfig()
		require.NoError(t, resolve(t, files).Unmarshal(cfg), name)
		assert.ErrorContains(t, confmap.Validate(cfg), "sending_queue::storage: is empty", name)
	}
}
