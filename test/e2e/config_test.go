package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

func TestInvalidConfig(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		yaml string
		want []string
	}{
		{"no write key", `write_key: ""`, []string{"exporters::segment", "write_key: is empty"}},
		{
			"variables that are not set", `write_key: ${env:TEST_NOT_SET}
    region: ${env:TEST_NOT_SET}
    sending_queue: {storage: "${env:TEST_NOT_SET}"}
    headers: {X-Team: "${env:TEST_NOT_SET}"}`,
			[]string{
				"write_key: is empty; if it comes from an environment variable, that one is not set or empty", "region: is empty",
				"sending_queue::storage: is empty", "headers::X-Team: is empty",
			},
		},
		{
			"variables that are not replaced", `write_key: $${env:TEST_KEY}
    endpoint: $TEST_ENDPOINT`,
			[]string{"write_key: holds the text ${env:TEST_KEY}", "endpoint: holds the text $TEST_ENDPOINT", "write ${env:TEST_ENDPOINT}"},
		},
		{
			"durations without a unit", `timeout: 15
    retry_on_failure: {max_interval: 60}
    oauth: {timeout: 15}`,
			[]string{
				`exporters::segment: timeout: 15ns is too short: a number needs a unit, such as "15s"`,
				"retry_on_failure::max_interval: 60ns is too short", "exporters::segment::oauth: ", "\ntimeout: 15ns is too short",
			},
		},
		{
			"endpoint of the other region", `region: EU
    endpoint: https://api.segment.io`,
			[]string{"endpoint: is the one of region us, but the region is eu"},
		},
		{"unknown region", `region: mars`, []string{"region", "mars", "us", "eu"}},
		{"endpoint is no http URL", `endpoint: ftp://segment.example.com`, []string{"exporters::segment", "endpoint"}},
		{"endpoint has no host", `endpoint: "localhost:9100"`, []string{"exporters::segment", "endpoint"}},
		{
			"event entry of an unknown type", `translate: {events: [{match: "shop.*", type: purchase}]}`,
			[]string{"translate", "events", "type", "purchase"},
		},
		{
			"event entry without a match", `translate: {events: [{match: "", type: track}]}`,
			[]string{"exporters::segment::translate", "events", "match"},
		},
		{
			"retry budget shorter than the longest pause", `retry_on_failure: {max_elapsed_time: 1m}`,
			[]string{"exporters::segment", "max_elapsed_time", "max_retry_after"},
		},
		{"unknown key", `writekey: abc`, []string{"segment", "writekey"}},
		{"unknown key in a section", `translate: {scope: [segment]}`, []string{"translate", "scope"}},
		{
			"all at once",
			`write_key: ""
    endpoint: ftp://segment.example.com
    retry_on_failure: {max_elapsed_time: 1m}
    translate: {events: [{match: ""}]}`,
			[]string{"write_key", "endpoint", "max_elapsed_time", "match"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text, code := harness.Run(t, "", "exporters:\n  segment:\n    "+test.yaml)
			assert.NotZero(t, code, "exit code")
			for _, want := range test.want {
				assert.Contains(t, text, want)
			}
		})
	}
}

func TestSampleConfigsAreValid(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../config/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			config, err := os.ReadFile(file)
			require.NoError(t, err)
			var env []string
			for _, reference := range regexp.MustCompile(`\$\{env:(\w+)\}`).FindAllSubmatch(config, -1) {
				// Different, because no two sources may have one key.
				name := string(reference[1])
				env = append(env, name+"="+name+".example.com")
			}
			text, code := testcollector.Run(t, env, "validate", harness.ComponentStatus, "--config", file)
			assert.Zero(t, code, text)
		})
	}
}

func TestComponents(t *testing.T) {
	t.Parallel()
	text, code := testcollector.Run(t, nil, "components")
	require.Zero(t, code, text)
	var got map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &got))

	for class, names := range map[string][]string{
		"receivers":  {"otlp", "kafka", "file_log"},
		"processors": {"memory_limiter", "batch", "filter", "transform", "attributes", "redaction"},
		"exporters":  {"segment", "debug", "otlp_grpc", "otlp_http", "kafka", "file"},
		"extensions": {"segment_sandbox", "file_storage", "health_check", "zpages"},
		"connectors": {"forward"},
		"providers":  {"env", "file", "yaml", "http"},
	} {
		for _, name := range names {
			assert.Contains(t, componentNames(got[class]), name, class)
		}
	}
}

func componentNames(list any) []string {
	var names []string
	components, _ := list.([]any)
	for _, c := range components {
		component, _ := c.(map[string]any)
		for _, key := range []string{"name", "scheme"} {
			if name, ok := component[key].(string); ok {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
