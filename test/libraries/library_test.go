package libraries

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is a Segment source, with its key for the sandbox and the one for the receiver.
type source struct {
	name, key, gatewayKey string
}

var (
	servers = source{name: "servers", key: "servers-key", gatewayKey: "servers-gateway-key"}
	web     = source{name: "web", key: "web-key", gatewayKey: "web-gateway-key"}
)

// library is one of Segment's own, behind a driver that reads calls from its input.
type library struct {
	name   string
	source source
	needs  []string // programs
	// install returns the command of the driver, which gets the URL to upload to and the write key.
	install func(t *testing.T) []string
	// strategy is how a browser delivers: standard (one message at a time), batching, or closing, which is batching too, but the
	// page is closed before anything is sent.
	strategy string
}

var (
	inNode    = []string{"node", "npm"}
	inBrowser = []string{"node", "npm", chromium()}
)

// libraries lacks those for Ruby and PHP, whose registries not every machine reaches, and those for phones. Requests of the former
// are among the golden files of internal/record.
var libraries = []library{
	{name: "python 2.3.4", source: servers, needs: []string{"python3"}, install: once(python("2.3.4"))},
	{name: "python 2.4.0", source: servers, needs: []string{"python3"}, install: once(python("2.4.0"))},
	{name: "node 3.1.0", source: servers, needs: inNode, install: once(node("node"))},
	{name: "java 3.5.4", source: servers, needs: []string{"javac", "mvn"}, install: once(java)},
	{name: "go 3.3.0", source: servers, needs: []string{"go"}, install: once(golang)},
	{name: "browser 1.84.3, standard", source: web, needs: inBrowser, install: browser, strategy: "standard"},
	{name: "browser 1.84.3, batching", source: web, needs: inBrowser, install: browser, strategy: "batching"},
	{name: "browser 1.84.3, closing", source: web, needs: inBrowser, install: browser, strategy: "closing"},
}

// browser is the driver of all strategies.
var browser = once(node("browser"))

// missing is the first program that is not on this machine, "" when all are.
func (l library) missing() string {
	for _, program := range l.needs {
		if _, err := exec.LookPath(program); err != nil {
			return program
		}
	}
	return ""
}

// require skips the test when a program is missing. CI has all of them: a skip there would go unnoticed.
func (l library) require(t *testing.T) {
	t.Helper()
	if program := l.missing(); program != "" {
		require.NotEqual(t, "true", os.Getenv("CI"), "%s is not on this machine", program)
		note(l.name, "SKIPPED, "+program+" is not on this machine")
		t.Skip(program + " is missing")
	}
}

// once installs a library for all tests that need it.
func once(install func(t *testing.T) []string) func(t *testing.T) []string {
	var command []string
	return func(t *testing.T) []string {
		t.Helper()
		if command == nil {
			command = install(t)
		}
		return command
	}
}

func python(version string) func(t *testing.T) []string {
	return func(t *testing.T) []string {
		t.Helper()
		folder := folderOf(t, "python-"+version)
		run(t, "", "python3", "-m", "venv", folder)
		run(t, "", filepath.Join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check",
			"--require-hashes", "-r", filepath.Join("python", "requirements-"+version+".txt"))
		return []string{filepath.Join(folder, "bin", "python"), filepath.Join("python", "driver.py")}
	}
}

// node copies a driver under build/, because Node looks for packages beside the program.
func node(name string) func(t *testing.T) []string {
	return func(t *testing.T) []string {
		t.Helper()
		folder := folderOf(t, name)
		copySources(t, name, folder)
		run(t, folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
		return []string{"node", filepath.Join(folder, "driver.mjs")}
	}
}

func java(t *testing.T) []string {
	t.Helper()
	folder := folderOf(t, "java")
	copySources(t, "java", folder)
	run(t, folder, "mvn", "-q", "-B", "compile", "dependency:copy-dependencies")
	classes := []string{filepath.Join(folder, "target", "classes"), filepath.Join(folder, "target", "dependency", "*")}
	return []string{"java", "-cp", strings.Join(classes, string(os.PathListSeparator)), "driver.Driver"}
}

func golang(t *testing.T) []string {
	t.Helper()
	program := folderOf(t, "go")
	run(t, "go", "go", "build", "-o", program, ".")
	return []string{program}
}

// servePage serves the page of the browser and returns its address.
func servePage(t *testing.T) string {
	t.Helper()
	folder := folderOf(t, "browser")
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(folder)))
	bundle := filepath.Join(folder, "node_modules", "@segment", "analytics-next", "dist", "umd")
	mux.Handle("/library/", http.StripPrefix("/library/", http.FileServer(http.Dir(bundle))))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/page.html?utm_source=news&utm_campaign=x"
}

func chromium() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	return "/usr/bin/chromium"
}

// folderOf is a folder, or a file, of a driver under build/.
func folderOf(t *testing.T, name string) string {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join("..", "..", "build", "libraries", name))
	require.NoError(t, err)
	return folder
}

func copySources(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, os.RemoveAll(to))
	require.NoError(t, os.CopyFS(to, os.DirFS(from)))
}

func run(t *testing.T, folder string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%v:\n%s", args, out)
}
