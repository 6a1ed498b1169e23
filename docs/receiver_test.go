package docs_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/otel-segment/segmentexporter/internal/record"
	"github.com/otel-segment/segmentexporter/receiver"
)

// TestReceiverSettings loads the file with every setting in receiver.md: it has to be what an empty section is.
func TestReceiverSettings(t *testing.T) {
	t.Parallel()
	var file struct {
		Receivers struct {
			Segment map[string]any `yaml:"segment"`
		} `yaml:"receivers"`
	}
	document := readText(t, "receiver.md")
	require.NoError(t, yaml.Unmarshal([]byte(yamlBlock(t, document, "path_prefix: ")), &file))
	section := confmap.NewFromStringMap(file.Receivers.Segment)
	want := receiver.NewFactory().CreateDefaultConfig().(*receiver.Config)
	require.NoError(t, confmap.New().Unmarshal(want))
	got := receiver.NewFactory().CreateDefaultConfig().(*receiver.Config)
	require.NoError(t, section.Unmarshal(got))
	require.NoError(t, confmap.Validate(got))
	// A list without entries is no list.
	require.Empty(t, got.Sources)
	require.Empty(t, got.ClientIP.TrustedProxies)
	got.Sources, got.ClientIP.TrustedProxies = nil, nil
	assert.Equal(t, want, got)

	for _, key := range keysOf(reflect.TypeFor[receiver.Config]()) {
		assert.True(t, section.IsSet(key), "the file lacks %s", key)
	}
}

// TestReceiverReasons looks for the reasons that receiver.md has to explain.
func TestReceiverReasons(t *testing.T) {
	t.Parallel()
	document := readText(t, "receiver.md")
	for w := range record.NumWarnings {
		assertMentions(t, document, "`"+w.String()+"`")
	}
}

// receiverKnows says whether a section is one of the receiver.
func receiverKnows(section map[string]any) bool {
	return confmap.NewFromStringMap(section).Unmarshal(receiver.NewFactory().CreateDefaultConfig()) == nil
}
