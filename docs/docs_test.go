// Package docs_test keeps the documents true: what they show and name has to exist.
package docs_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	segmentexporter "github.com/otel-segment/segmentexporter"
)

var update = flag.Bool("update", false, "rewrite the generated parts of docs")

var guides = []string{"events.md", "migrating.md"}

// root is the folder of the README.
const root = ".."

// language is one of the examples, which test/sdks runs.
type language struct {
	name, title, fence string
	sources            []string
}

var languages = []language{
	{"go", "Go", "go", []string{"provider.go", "events.go"}},
	{"java", "Java", "java", []string{"src/main/java/com/example/shop/Shop.java"}},
	{"node", "Node.js", "js", []string{"shop.js"}},
	{"browser", "Browser", "js", []string{"src/shop.js"}},
	{"python", "Python", "python", []string{"shop.py"}},
	{"rust", "Rust", "rust", []string{"src/main.rs"}},
}

// eventsOfGuide are the sections of docs/events.md, and the names of their messages in expected.json.
var eventsOfGuide = map[string]string{
	"identify": "identify",
	"track":    "track Product Reviewed",
	"page":     "page",
	"screen":   "screen",
	"group":    "group",
	"alias":    "alias",
	"order":    "track Order Completed",
	"span":     "track Order Refunded",
}

var generated = regexp.MustCompile(`(?s)(<!-- (example|code) ([a-z ]+): go test [^\n]* -->\n).*?(<!-- end -->)`)

// TestGuides keeps the code in the guides the same as in the examples, which are tested; -update writes it.
func TestGuides(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	code := readRegions(t)
	for _, file := range guides {
		guide := readText(t, file)
		assert.Len(t, generated.FindAllString(guide, -1), strings.Count(guide, "<!-- example ")+strings.Count(guide, "<!-- code "),
			"%s: a marker is mistyped", file)
		text := generated.ReplaceAllStringFunc(guide, func(part string) string {
			match := generated.FindStringSubmatch(part)
			names := strings.Fields(match[3])
			var want string
			if match[2] == "example" {
				shown[names[0]] = true
				want = match[1] + exampleMarkdown(t, code, names[0]) + match[4]
			} else {
				want = match[1] + codeMarkdown(t, code, names[0], names[1:]) + match[4]
			}
			if !*update {
				assert.Equal(t, want, part, "%s: run go test ./docs -run TestGuides -update", file)
			}
			return want
		})
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		}
	}
	for name := range eventsOfGuide {
		assert.True(t, shown[name], "docs/events.md has no example of %s", name)
	}
}

// exampleMarkdown shows an event in every language, and its message.
func exampleMarkdown(t *testing.T, code map[string]map[string]string, name string) string {
	t.Helper()
	var text strings.Builder
	for i := 0; i < len(languages); i++ {
		snippet, ok := code[languages[i].name][name]
		if !ok {
			require.NotContains(t, eventsOfGuide, name, "examples/%s does not show it", languages[i].name)
			continue
		}
		titles, fence := []string{languages[i].title}, languages[i].fence
		for i+1 < len(languages) && code[languages[i+1].name][name] == snippet {
			i++
			titles = append(titles, languages[i].title)
		}
		text.WriteString("\n<details>\n<summary>" + strings.Join(titles, ", ") + "</summary>\n\n" + fenced(fence, snippet) + "\n</details>\n")
	}
	if message, ok := eventsOfGuide[name]; ok {
		text.WriteString("\nSegment gets:\n\n" + messageMarkdown(t, message, name == "span"))
	}
	return text.String() + "\n"
}

// codeMarkdown shows regions of one language.
func codeMarkdown(t *testing.T, code map[string]map[string]string, name string, regions []string) string {
	t.Helper()
	for _, l := range languages {
		if l.name != name {
			continue
		}
		var text strings.Builder
		for _, region := range regions {
			require.Contains(t, code[name], region)
			text.WriteString("\n" + fenced(l.fence, code[name][region]))
		}
		return text.String() + "\n"
	}
	require.Fail(t, "no such language", "%s", name)
	return ""
}

// messageMarkdown is a message of expected.json. What is the same in all of them is left out, unless it is whole.
func messageMarkdown(t *testing.T, name string, whole bool) string {
	t.Helper()
	var expected struct {
		Messages    map[string]json.RawMessage `json:"messages"`
		Differences []struct {
			Language string          `json:"language"`
			Reason   string          `json:"reason"`
			Messages []string        `json:"messages"`
			Merge    json.RawMessage `json:"merge"`
		} `json:"differences"`
	}
	require.NoError(t, json.Unmarshal([]byte(readText(t, filepath.Join(root, "test", "sdks", "expected.json"))), &expected))
	require.Contains(t, expected.Messages, name)
	omitted := []string{"messageId", "timestamp", "context"}
	if whole {
		omitted = nil
	}
	var text strings.Builder
	text.WriteString(fenced("json", reformat(t, expected.Messages[name], omitted...)))
	for _, d := range expected.Differences {
		if slices.Contains(d.Messages, name) {
			text.WriteString("\nIn the " + d.Language + " it differs. " + d.Reason + "\n\n" + fenced("json", reformat(t, d.Merge)))
		}
	}
	return text.String()
}

// reformat keeps the order of the members.
func reformat(t *testing.T, object json.RawMessage, omitted ...string) string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(object))
	_, err := decoder.Token()
	require.NoError(t, err)
	var members []string
	for decoder.More() {
		name, err := decoder.Token()
		require.NoError(t, err)
		var value json.RawMessage
		require.NoError(t, decoder.Decode(&value))
		if !slices.Contains(omitted, name.(string)) {
			members = append(members, `"`+name.(string)+`":`+string(value))
		}
	}
	var text bytes.Buffer
	require.NoError(t, json.Indent(&text, []byte("{"+strings.Join(members, ",")+"}"), "", "  "))
	return text.String()
}

func fenced(language, code string) string {
	return "```" + language + "\n" + code + "\n```\n"
}

// readRegions returns the marked regions of each language by name. A region begins at a comment with its name in brackets
// and ends before the next empty line, or the next line with less indentation. Those with the same name belong together.
func readRegions(t *testing.T) map[string]map[string]string {
	t.Helper()
	marker := regexp.MustCompile(`^(\s*)(?://|#) \[(\w+)\]$`)
	code := map[string]map[string]string{}
	for _, l := range languages {
		regions := map[string]string{}
		for _, source := range l.sources {
			lines := strings.Split(readText(t, filepath.Join(root, "examples", l.name, source)), "\n")
			for i, line := range lines {
				match := marker.FindStringSubmatch(line)
				if match == nil {
					continue
				}
				region := cutRegion(lines[i+1:], match[1])
				for _, pair := range []string{"()", "[]", "{}"} {
					require.Equal(t, strings.Count(region, pair[:1]), strings.Count(region, pair[1:]), "%s: %s is cut off", source, match[2])
				}
				if before, ok := regions[match[2]]; ok {
					region = before + "\n\n" + region
				}
				regions[match[2]] = region
			}
		}
		code[l.name] = regions
	}
	return code
}

func cutRegion(lines []string, indentation string) string {
	var region []string
	for _, line := range lines {
		if line == "" && len(region) == 0 {
			continue
		}
		rest, ok := strings.CutPrefix(line, indentation)
		if line == "" || !ok {
			break
		}
		region = append(region, rest)
	}
	return strings.Join(region, "\n")
}

// TestGuidesNameWhatExists looks up the attributes that the guides name, and the settings that they show.
func TestGuidesNameWhatExists(t *testing.T) {
	t.Parallel()
	vocabulary := readText(t, "vocabulary.md")
	for _, file := range guides {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			guide := readText(t, file)
			for _, name := range found(guide, "`(segment\\.[a-z_]+)") {
				if name != "segment.analytics" {
					assertMentions(t, vocabulary, "`"+name)
				}
			}
			for _, block := range found(guide, "(?s)```yaml\n(.*?)```") {
				var config struct {
					Exporters struct {
						Segment map[string]any `yaml:"segment"`
					} `yaml:"exporters"`
				}
				require.NoError(t, yaml.Unmarshal([]byte(block), &config))
				assertSettings(t, block, config.Exporters.Segment)
			}
		})
	}
}

// notOurs are sections of other parts of a Collector, and the one that the context table names without the section that it is in.
var notOurs = []string{"file_storage", "component_health", "service", "context"}

// TestNamesExist looks up the metrics and the settings that any document names.
func TestNamesExist(t *testing.T) {
	t.Parallel()
	// The Collector's own metrics are those of operations.md.
	metrics := readText(t, filepath.Join(root, "documentation.md")) + readText(t, filepath.Join(root, "receiver", "documentation.md")) +
		readText(t, "operations.md")
	for _, file := range documents(t) {
		t.Run(filepath.ToSlash(file), func(t *testing.T) {
			t.Parallel()
			text := readText(t, file)
			for _, name := range found(text, "`(otelcol_[a-z_]+)") {
				if !strings.Contains(metrics, name) {
					assert.Failf(t, "no such metric", "%s", name)
				}
			}
			// In the first column of a table, names are those of its section.
			text = regexp.MustCompile(`(?m)^\| [^|]*\|`).ReplaceAllString(text, "")
			for _, key := range found(text, "`([a-z_]+(?:::[a-z_]+)+)") {
				parts := strings.Split(key, "::")
				if slices.Contains(notOurs, parts[0]) || key == "a::b" {
					continue
				}
				var section any
				for _, part := range slices.Backward(parts) {
					section = map[string]any{part: section}
				}
				if receiverKnows(section.(map[string]any)) {
					continue
				}
				assertSettings(t, key, section.(map[string]any))
			}
		})
	}
}

func found(text, pattern string) []string {
	var all []string
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}

// assertSettings fails when the exporter does not know one of the keys.
func assertSettings(t *testing.T, where string, section map[string]any) {
	t.Helper()
	err := confmap.NewFromStringMap(section).Unmarshal(segmentexporter.NewFactory().CreateDefaultConfig())
	assert.NoError(t, err, "%s", where)
}

func readText(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(data)
}
