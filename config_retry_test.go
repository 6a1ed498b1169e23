package segmentexporter

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRetriesRefused has each message once, be it ours or that of the Collector.
func TestRetriesRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		retry, more map[string]any
		expected    string
	}{
		"end before a pause": {
			map[string]any{"max_elapsed_time": "10m"},
			map[string]any{"max_retry_after": "10m"},
			"retry_on_failure::max_elapsed_time: 10m0s must be longer than max_retry_after (10m0s)",
		},
		"end before there is a token": {
			map[string]any{"max_elapsed_time": "2m"},
			map[string]any{"max_retry_after": "1m", "oauth": map[string]any{"client_id": "c", "key_id": "k", "private_key_file": "f"}},
			"retry_on_failure::max_elapsed_time: 2m0s must be longer than 5m0s, for which oauth may have no access token",
		},
		"negative end":     {retry: map[string]any{"max_elapsed_time": "-1s"}, expected: "retry_on_failure: max_elapsed_time value must be"},
		"no unit":          {retry: map[string]any{"max_interval": 60}, expected: "retry_on_failure::max_interval: 60ns is too short"},
		"negative maximum": {retry: map[string]any{"max_interval": "-1s"}, expected: "retry_on_failure: max_interval value must be"},
		"no wait":          {retry: map[string]any{"initial_interval": 0}, expected: "retry_on_failure::initial_interval: must not be 0, or uploads are tried again without a wait"},
		"negative wait":    {retry: map[string]any{"initial_interval": "-1s"}, expected: "retry_on_failure: initial_interval value must be"},
		"wait over maximum": {
			retry:    map[string]any{"initial_interval": "2m"},
			expected: "retry_on_failure::initial_interval: 2m0s must not be longer than max_interval (1m0s)",
		},
		"maximum of 0":        {retry: map[string]any{"max_interval": 0}, expected: "retry_on_failure::initial_interval: 500ms must not be longer than max_interval (0s)"},
		"multiplier of 0":     {retry: map[string]any{"multiplier": 0}, expected: "retry_on_failure::multiplier: must be 1 or more, not 0"},
		"small multiplier":    {retry: map[string]any{"multiplier": 0.5}, expected: "retry_on_failure::multiplier: must be 1 or more, not 0.5"},
		"negative multiplier": {retry: map[string]any{"multiplier": -1}, expected: "retry_on_failure: multiplier value must be"},
		"large randomization": {retry: map[string]any{"randomization_factor": 2}, expected: "retry_on_failure: randomization_factor value must be"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := map[string]any{"retry_on_failure": c.retry}
			maps.Copy(settings, c.more)
			_, err := load(settings)
			require.ErrorContains(t, err, c.expected)
			assert.NotContains(t, err.Error(), "\n", "one problem")
		})
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	for name, retry := range map[string]map[string]any{
		"without end":     {"max_elapsed_time": 0},
		"always the same": {"multiplier": 1, "initial_interval": "1m", "max_interval": "1m"},
		"off": {
			"enabled": false, "max_elapsed_time": "2m", "initial_interval": 0, "multiplier": 0, "max_interval": 0,
		},
	} {
		_, err := load(map[string]any{"retry_on_failure": retry})
		assert.NoError(t, err, name)
	}
}
