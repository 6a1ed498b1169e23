package segmentexporter

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDurations has numbers without a unit everywhere. Each is reported once.
func TestDurations(t *testing.T) {
	t.Parallel()
	for path, settings := range map[string]map[string]any{
		"timeout":                             {"timeout": 15},
		"max_retry_after":                     {"max_retry_after": 15},
		"http2_ping_timeout":                  {"http2_ping_timeout": "15ns"},
		"http2_read_idle_timeout":             {"http2_read_idle_timeout": 15},
		"idle_conn_timeout":                   {"keepalive": map[string]any{"idle_conn_timeout": 15}},
		"tls::reload_interval":                {"tls": map[string]any{"reload_interval": 15}},
		"retry_on_failure::initial_interval":  {"retry_on_failure": map[string]any{"initial_interval": 15}},
		"retry_on_failure::max_interval":      {"retry_on_failure": map[string]any{"max_interval": 15}},
		"sending_queue::batch::flush_timeout": {"sending_queue": map[string]any{"batch": map[string]any{"flush_timeout": 15}}},
		"oauth::timeout":                      withOAuth(nil, map[string]any{"timeout": 15}),
		"oauth::tls::reload_interval":         withOAuth(nil, map[string]any{"tls": map[string]any{"reload_interval": 15}}),
	} {
		_, err := load(settings)
		path = strings.Replace(path, "oauth::", "oauth: ", 1)
		require.EqualError(t, err, path+`: 15ns is too short: a number needs a unit, such as "15s"`)
	}
	for path, settings := range map[string]map[string]any{
		"timeout":            {"timeout": "-1s"},
		"http2_ping_timeout": {"http2_ping_timeout": "-1s"},
		"idle_conn_timeout":  {"keepalive": map[string]any{"idle_conn_timeout": "-1s"}},
		"max_retry_after":    {"max_retry_after": "-1s"},
	} {
		_, err := load(settings)
		assert.EqualError(t, err, path+": must not be negative")
	}
}
