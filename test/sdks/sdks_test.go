package sdks

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// exampleTimeout includes downloading and compiling what the example needs.
const exampleTimeout = 8 * time.Minute

type example struct {
	language string
	tools    [][]string // each is a list of names, of which one has to be there
	probe    []string   // a command that fails when a part of the tools is missing
	grpc     bool
}

var examples = []example{
	{language: "python", tools: [][]string{{"python3"}}, probe: []string{"python3", "-c", "import ensurepip, venv"}},
	{language: "node", tools: [][]string{{"node"}, {"npm"}}},
	{language: "go", tools: [][]string{{"go"}}, grpc: true},
	{language: "browser", tools: [][]string{{"node"}, {"npm"}, browsers()}},
	{language: "java", tools: [][]string{{"javac"}, {"mvn"}}},
	{language: "rust", tools: [][]string{{"cargo"}}},
}

// summary has a line for each example that was run or skipped.
var summary []string

func TestMain(m *testing.M) {
	testcollector.ForgetSDKVariables()
	code := m.Run()
	fmt.Print(strings.Join(summary, ""))
	os.Exit(code)
}

func TestExamples(t *testing.T) {
	want := readExpected(t)
	for _, e := range examples {
		t.Run(e.language, func(t *testing.T) {
			start := time.Now()
			defer func() { e.summarize(t, time.Since(start)) }()
			if missing := e.missing(t.Context()); missing != "" {
				// CI has all tools: a skip there would go unnoticed.
				if os.Getenv("CI") != "" {
					t.Fatal(missing)
				}
				note(e.language, "skipped: "+missing)
				t.Skip(missing)
			}
			c := startCollector(t)
			e.run(t, c)
			want.compare(t, e.language, c.messages(t, len(want.Messages)))
		})
	}
}

func TestEveryExampleIsTested(t *testing.T) {
	folders, err := filepath.Glob(folder("*"))
	require.NoError(t, err)
	var found, tested []string
	for _, f := range folders {
		// Those with libraries of Segment's are for the demo, which the gate runs.
		if name := filepath.Base(f); name != "libraries" {
			found = append(found, name)
		}
	}
	for _, e := range examples {
		tested = append(tested, e.language)
	}
	require.ElementsMatch(t, found, tested)
}

// missing says which tool is not there, "" when none is missing.
func (e example) missing(ctx context.Context) string {
	for _, names := range e.tools {
		if !anyInPath(names) {
			return strings.Join(names, " or ") + " is not installed"
		}
	}
	if e.probe != nil {
		if err := exec.CommandContext(ctx, e.probe[0], e.probe[1:]...).Run(); err != nil {
			return fmt.Sprintf("%q: %v", e.probe, err)
		}
	}
	return ""
}

// run runs the commands of the README.
func (e example) run(t *testing.T, c *collector) {
	t.Helper()
	endpoint := c.httpURL
	if e.grpc {
		endpoint = c.grpcURL
	}
	ctx, cancel := context.WithTimeout(t.Context(), exampleTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-e", "-c", commands(t, folder(e.language)))
	cmd.Dir = folder(e.language)
	cmd.Env = append(os.Environ(), "OTEL_EXPORTER_OTLP_ENDPOINT="+endpoint,
		// Some SDKs would look for the collector behind the proxy of the machine.
		"no_proxy=localhost,127.0.0.1", "NO_PROXY=localhost,127.0.0.1")
	cmd.WaitDelay = 10 * time.Second
	output, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", output)
}

func (e example) summarize(t *testing.T, took time.Duration) {
	t.Helper()
	switch {
	case t.Failed():
		note(e.language, "failed")
	case !t.Skipped():
		note(e.language, fmt.Sprintf("all messages as expected (%.0fs)", took.Seconds()))
	}
}

func note(language, text string) {
	summary = append(summary, fmt.Sprintf("%-8s %s\n", language, text))
}

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// commands are the first commands of the README, which install and run the example.
func commands(t *testing.T, folder string) string {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(folder, "README.md"))
	require.NoError(t, err)
	match := shellBlock.FindSubmatch(readme)
	require.NotNil(t, match, "the README has no commands")
	return string(match[1])
}

func folder(language string) string {
	return filepath.Join("..", "..", "examples", language)
}

// browsers are the paths and names under which the browser example looks for a browser.
func browsers() []string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return []string{path}
	}
	return []string{"/usr/bin/chromium", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}
}

func anyInPath(names []string) bool {
	for _, name := range names {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}
