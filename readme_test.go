package segmentexporter

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/otel-segment/segmentexporter/translate"
)

// TestReadme keeps the README true where it repeats what stands elsewhere.
func TestReadme(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := string(data)

	t.Run("minimal configuration", func(t *testing.T) {
		t.Parallel()
		_, block, found := strings.Cut(readme, "```yaml\n")
		require.True(t, found)
		block, _, _ = strings.Cut(block, "```")
		sample, err := os.ReadFile(filepath.Join("config", "minimal.yaml"))
		require.NoError(t, err)
		var shown, actual map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(block), &shown))
		require.NoError(t, yaml.Unmarshal(sample, &actual))
		assert.Equal(t, actual, shown)
	})
	t.Run("lines of the Collector", func(t *testing.T) {
		t.Parallel()
		lines, err := os.ReadFile(filepath.Join("test", "compat", "lines.txt"))
		require.NoError(t, err)
		var tested, listed []string
		for line := range strings.Lines(string(lines)) {
			tested = append(tested, strings.Join(strings.Fields(line), " / "))
		}
		for _, row := range regexp.MustCompile(`(?m)^\| (v0\.\d+\.\d+ / v1\.\d+\.\d+) +\|`).FindAllStringSubmatch(readme, -1) {
			listed = append(listed, row[1])
		}
		assert.Equal(t, tested, listed)
	})
	t.Run("settings", func(t *testing.T) {
		t.Parallel()
		for _, key := range append(keysOf(reflect.TypeFor[Config]()), keysOf(reflect.TypeFor[translate.Config]())...) {
			assertMentions(t, readme, "`"+key)
		}
	})
	t.Run("reasons and warnings", func(t *testing.T) {
		t.Parallel()
		for outcome := translate.InvalidType; outcome < translate.NumOutcomes; outcome++ {
			assertMentions(t, readme, "`"+outcome.String()+"`")
		}
		for warning := range translate.NumWarnings {
			assertMentions(t, readme, "`"+warning.String()+"`")
		}
	})
	t.Run("tests", func(t *testing.T) {
		t.Parallel()
		var sources strings.Builder
		for _, pattern := range []string{"*_test.go", "exporter/*_test.go", "test/e2e/*_test.go"} {
			files, err := filepath.Glob(pattern)
			require.NoError(t, err)
			for _, file := range files {
				source, err := os.ReadFile(file)
				require.NoError(t, err)
				sources.Write(source)
			}
		}
		named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(readme, -1)
		require.NotEmpty(t, named)
		for _, name := range named {
			if !strings.Contains(sources.String(), "func "+name[1]+"(t *testing.T)") {
				assert.Failf(t, "README.md names a test that does not exist", "%s", name[1])
			}
		}
	})
}

func assertMentions(t *testing.T, readme, text string) {
	t.Helper()
	if !strings.Contains(readme, text) {
		assert.Failf(t, "README.md is incomplete", "it does not mention %s", text)
	}
}

// keysOf are the YAML keys of a section, and of the sections of the same package within it.
func keysOf(section reflect.Type) []string {
	var keys []string
	for field := range section.Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		switch {
		case key == "":
		case field.Type.Kind() == reflect.Struct && field.Type.PkgPath() == section.PkgPath():
			for _, nested := range keysOf(field.Type) {
				keys = append(keys, key+"::"+nested)
			}
		default:
			keys = append(keys, key)
		}
	}
	return keys
}
