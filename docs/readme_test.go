package docs_test

import (
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	segmentexporter "github.com/otel-segment/segmentexporter"
	"github.com/otel-segment/segmentexporter/translate"
)

// TestReadme keeps the README, and the pages that it leads to, true where they repeat what stands elsewhere.
func TestReadme(t *testing.T) {
	t.Parallel()
	readme := readText(t, filepath.Join(root, "README.md"))

	t.Run("minimal configuration", func(t *testing.T) {
		t.Parallel()
		var shown, actual map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(yamlBlock(t, readme, "write_key: ")), &shown))
		require.NoError(t, yaml.Unmarshal([]byte(readText(t, filepath.Join(root, "config", "minimal.yaml"))), &actual))
		assert.Equal(t, actual, shown)
	})
	t.Run("builder file", func(t *testing.T) {
		t.Parallel()
		modules := `gomod: (\S+ v\S+)`
		built := found(readText(t, filepath.Join(root, "builder-config.yaml")), modules)
		page := readText(t, "install.md")
		shown := found(yamlBlock(t, page, "gomod: "), modules)
		require.NotEmpty(t, shown)
		assert.Subset(t, built, shown)
		// The builder is of the line of its modules.
		line := found(page, `cmd/builder@(v\S+)`)
		require.Len(t, line, 1)
		assert.Contains(t, built, "go.opentelemetry.io/collector/receiver/otlpreceiver "+line[0])
	})
	t.Run("lines of the Collector", func(t *testing.T) {
		t.Parallel()
		lines := readText(t, filepath.Join(root, "test", "compat", "lines.txt"))
		var tested []string
		for line := range strings.Lines(lines) {
			tested = append(tested, strings.Join(strings.Fields(line), " / "))
		}
		assert.Equal(t, tested, found(readme, `(?m)^\| (v0\.\d+\.\d+ / v1\.\d+\.\d+) +\|`))
	})
	t.Run("settings", func(t *testing.T) {
		t.Parallel()
		configuration := readText(t, "configuration.md")
		for _, key := range append(keysOf(reflect.TypeFor[segmentexporter.Config]()), keysOf(reflect.TypeFor[translate.Config]())...) {
			assertMentions(t, configuration, "`"+key)
		}
	})
	t.Run("reasons and warnings", func(t *testing.T) {
		t.Parallel()
		vocabulary := readText(t, "vocabulary.md")
		for outcome := translate.InvalidType; outcome < translate.NumOutcomes; outcome++ {
			assertMentions(t, vocabulary, "`"+outcome.String()+"`")
		}
		for warning := range translate.NumWarnings {
			assertMentions(t, vocabulary, "`"+warning.String()+"`")
		}
	})
	t.Run("tests", func(t *testing.T) {
		t.Parallel()
		tests := testNames(t)
		var named []string
		for _, file := range documents(t) {
			names := found(readText(t, file), "`((?:\\w+\\.)?Test\\w+)`")
			for _, name := range names {
				assert.True(t, tests[name], "%s names a test that does not exist: %s", file, name)
			}
			named = append(named, names...)
		}
		require.Contains(t, named, "faults.TestFaultyServer")
	})
}

// yamlBlock is the first one of a document that has a text in it.
func yamlBlock(t *testing.T, document, text string) string {
	t.Helper()
	blocks := found(document, "(?s)```yaml\n(.*?)```")
	i := slices.IndexFunc(blocks, func(block string) bool { return strings.Contains(block, text) })
	require.GreaterOrEqual(t, i, 0, "no block has %q", text)
	return blocks[i]
}

// testNames are the tests of all modules, as TestName and as folder.TestName.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "build", "node_modules"}, entry.Name()):
			return fs.SkipDir
		case strings.HasSuffix(path, "_test.go"):
			folder := filepath.Base(filepath.Dir(path))
			for _, name := range found(readText(t, path), `(?m)^func (Test\w+)\(t \*testing\.T\)`) {
				names[name], names[folder+"."+name] = true, true
			}
		}
		return nil
	}))
	return names
}

func assertMentions(t *testing.T, document, text string) {
	t.Helper()
	if !strings.Contains(document, text) {
		title := regexp.MustCompile(`(?m)^# .*`).FindString(document)
		assert.Failf(t, "a document is incomplete", "%q does not mention %s", title, text)
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
