package docs_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.yaml.in/yaml/v3"

	segmentexporter "github.com/otel-segment/segmentexporter"
	"github.com/otel-segment/segmentexporter/internal/doctable"
	"github.com/otel-segment/segmentexporter/oauth"
)

var allSettings = filepath.Join(root, "config", "all-settings.yaml")

// TestAllSettings shows config/all-settings.yaml in configuration.md; -update writes it.
func TestAllSettings(t *testing.T) {
	t.Parallel()
	// The first line is for editors.
	_, text, _ := strings.Cut(readText(t, allSettings), "\n")
	doctable.Check(t, "configuration.md", "<!-- end of all settings -->", "\n```yaml\n"+text+"```\n\n",
		"go test ./docs -run TestAllSettings -update", *update)
}

// TestDefaultsOfAllSettings loads config/all-settings.yaml: it has to be what a configuration with the write key alone is.
func TestDefaultsOfAllSettings(t *testing.T) {
	t.Parallel()
	file, err := confmaptest.LoadConf(allSettings)
	require.NoError(t, err)
	section, err := file.Sub("exporters::segment")
	require.NoError(t, err)

	want := load(t, confmap.NewFromStringMap(map[string]any{"write_key": section.Get("write_key")}))
	got := load(t, section)
	require.False(t, got.OAuth.HasValue())
	got.OAuth = want.OAuth
	// A list without entries is no list.
	for _, list := range []*[]string{
		&got.Translate.GroupID, &got.Translate.Attributes.Include, &got.Translate.Attributes.Exclude,
	} {
		require.Empty(t, *list)
		*list = nil
	}
	require.Empty(t, got.Translate.Events)
	got.Translate.Events = nil
	require.Empty(t, got.Sources)
	got.Sources = nil
	assert.Equal(t, want, got)

	// A section that is off is not decoded.
	tokens, err := section.Sub("oauth")
	require.NoError(t, err)
	require.True(t, tokens.Delete("enabled"))
	defaults, decoded := oauth.NewDefaultConfig(), oauth.NewDefaultConfig()
	require.NoError(t, tokens.Unmarshal(&decoded))
	assert.Equal(t, defaults, decoded)
}

func load(t *testing.T, section *confmap.Conf) *segmentexporter.Config {
	t.Helper()
	config := segmentexporter.NewFactory().CreateDefaultConfig().(*segmentexporter.Config)
	require.NoError(t, section.Unmarshal(config))
	return config
}

// TestTablesNameAllSettings looks for what the tables name: as a setting, or in a comment when it has no default.
func TestTablesNameAllSettings(t *testing.T) {
	t.Parallel()
	text := readText(t, allSettings)
	// A comment that is a setting becomes one. The value does not matter.
	text = regexp.MustCompile(`(?m)^( +)# ([a-z_]+): .*`).ReplaceAllString(text, "${1}${2}: set")
	var file struct {
		Exporters struct {
			Segment map[string]any `yaml:"segment"`
		} `yaml:"exporters"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(text), &file))
	section := confmap.NewFromStringMap(file.Exporters.Segment)

	named := settingsOfTables(readText(t, "configuration.md") + readText(t, "oauth.md"))
	for _, key := range []string{"write_key", "translate::context::url_query", "sending_queue::batch::enabled", "oauth::key_id"} {
		require.Contains(t, named, key)
	}
	for _, key := range named {
		if !section.IsSet(key) {
			assert.Failf(t, "config/all-settings.yaml is incomplete", "%s", key)
		}
	}
	for _, key := range section.AllKeys() {
		assert.Contains(t, named, key, "no table has it")
	}
}

// settingsOfTables are the names in the first column. The header of a table has the section.
func settingsOfTables(text string) []string {
	var names []string
	prefix, inside := "", false
	for line := range strings.Lines(text) {
		column, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		switch {
		case !strings.HasPrefix(line, "| "):
			inside = false
		case strings.Contains(line, "| Default |"):
			prefix, inside = strings.TrimPrefix(strings.Trim(column, "`"), "Setting"), true
		case inside:
			for _, name := range found(column, "`([a-z_:]+)`") {
				names = append(names, prefix+name)
			}
		}
	}
	return names
}
