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
	// install returns the command of the driver. It gets the URL to upload to and the write key, and then more.
	install func(t *testing.T) (command, more []string)
	leaves  bool // the page, and only then the library sends
}

var libraries = []library{
	{name: "python 2.3.4", source: servers, needs: []string{"python3"}, install: python("2.3.4")},
	{name: "python 2.4.0", source: servers, needs: []string{"python3"}, install: python("2.4.0")},
	{name: "node 3.1.0", source: servers, needs: []string{"node", "npm"}, install: node},
	{name: "java 3.5.4", source: servers, needs: []string{"javac", "mvn"}, install: java},
	{name: "go 3.3.0", source: servers, needs: []string{"go"}, install: golang},
	{name: "browser, standard", source: web, needs: []string{"node", "npm", chromium()}, install: browser("standard")},
	{name: "browser, batching", source: web, needs: []string{"node", "npm", chromium()}, install: browser("batching")},
	{name: "browser, leaving", source: web, needs: []string{"node", "npm", chromium()}, install: browser("leaving"), leaves: true},
}

// require skips the test when a program is missing. CI has all of them: a skip there would go unnoticed.
func (l library) require(t *testing.T) {
	t.Helper()
	for _, program := range l.needs {
		if _, err := exec.LookPath(program); err != nil {
			require.NotEqual(t, "true", os.Getenv("CI"), "%s is not on this machine", program)
			note(l.name, "SKIPPED, "+program+" is not on this machine")
			t.Skip(program + " is missing")
		}
	}
}

func python(version string) func(t *testing.T) ([]string, []string) {
	return func(t *testing.T) (command, more []string) {
		t.Helper()
		folder := folderOf(t, "python-"+version)
		run(t, "", "python3", "-m", "venv", folder)
		run(t, "", filepath.Join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check",
			"--require-hashes", "-r", filepath.Join("python", "requirements-"+version+".txt"))
		return []string{filepath.Join(folder, "bin", "python"), filepath.Join("python", "driver.py")}, nil
	}
}

func node(t *testing.T) (command, more []string) {
	t.Helper()
	folder := folderOf(t, "node")
	installNode(t, "node", folder)
	return []string{"node", filepath.Join(folder, "driver.mjs")}, nil
}

// installNode copies a driver under build/, because Node looks for packages beside the program.
func installNode(t *testing.T, from, folder string) {
	t.Helper()
	copySources(t, from, folder)
	run(t, folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
}

func java(t *testing.T) (command, more []string) {
	t.Helper()
	folder := folderOf(t, "java")
	copySources(t, "java", folder)
	run(t, folder, "mvn", "-q", "-B", "compile", "dependency:copy-dependencies")
	classes := []string{filepath.Join(folder, "target", "classes"), filepath.Join(folder, "target", "dependency", "*")}
	return []string{"java", "-cp", strings.Join(classes, string(os.PathListSeparator)), "driver.Driver"}, nil
}

func golang(t *testing.T) (command, more []string) {
	t.Helper()
	program := folderOf(t, "go")
	run(t, "go", "go", "build", "-o", program, ".")
	return []string{program}, nil
}

// browser serves the page at the same address in both runs, because messages have it.
func browser(strategy string) func(t *testing.T) ([]string, []string) {
	return func(t *testing.T) (command, more []string) {
		t.Helper()
		folder := folderOf(t, "browser")
		installNode(t, "browser", folder)
		mux := http.NewServeMux()
		mux.Handle("/", http.FileServer(http.Dir(folder)))
		bundle := filepath.Join(folder, "node_modules", "@segment", "analytics-next", "dist", "umd")
		mux.Handle("/library/", http.StripPrefix("/library/", http.FileServer(http.Dir(bundle))))
		page := httptest.NewServer(mux)
		t.Cleanup(page.Close)
		// Chromium and the library know this name as the machine itself.
		address := strings.Replace(page.URL, "127.0.0.1", "localhost", 1)
		return []string{"node", filepath.Join(folder, "driver.mjs")}, []string{address + "/page.html?utm_source=news&utm_campaign=x", strategy}
	}
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
