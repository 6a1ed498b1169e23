package benchapps

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	library    = "library"
	library512 = "library-512" // with batches of 512, as the SDKs have
)

// driver returns the command that measures a form.
type driver func(form string) []string

// language has a driver, a program in that language that makes the events and prints what they cost.
type language struct {
	name    string
	needs   []string // programs
	forms   []string
	warmUp  int
	times   int // as many events as are asked for, where the events take too little time to measure
	install func(t *testing.T, folder string) driver
	driver  driver
}

var allForms = []string{library, library512, "map", "json", "flattened"}

var languages = []language{
	{name: "python", needs: []string{"python3"}, forms: allForms, warmUp: 4_000, times: 1, install: installPython},
	{name: "node", needs: []string{"node", "npm"}, forms: allForms, warmUp: 10_000, times: 1, install: installNode},
	// Java warms up longest, because it compiles while it runs.
	{name: "java", needs: []string{"javac", "mvn"}, forms: allForms, warmUp: 40_000, times: 3, install: installJava},
	// Go is measured without Segment's library, which not every module proxy has in the version in use.
	{name: "go", needs: []string{"go"}, forms: allForms[2:], warmUp: 4_000, times: 3, install: installGo},
}

// missing is the first program that is not on this machine, "" when all are.
func (l language) missing() string {
	for _, program := range l.needs {
		if _, err := exec.LookPath(program); err != nil {
			return program
		}
	}
	return ""
}

func installPython(t *testing.T, folder string) driver {
	t.Helper()
	command(t, "", "python3", "-m", "venv", folder)
	command(t, "", filepath.Join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check",
		"--require-hashes", "-r", filepath.Join("python", "requirements.txt"))
	return always(filepath.Join(folder, "bin", "python"), filepath.Join("python", "driver.py"))
}

func installNode(t *testing.T, folder string) driver {
	t.Helper()
	copySources(t, "node", folder)
	command(t, folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	return always("node", filepath.Join(folder, "driver.mjs"))
}

func installJava(t *testing.T, folder string) driver {
	t.Helper()
	copySources(t, "java", folder)
	commands := map[string][]string{}
	for side, program := range map[string]string{"library": "bench.Library", "sdk": "bench.Sdk"} {
		command(t, folder, "mvn", "-q", "-B", "-P", side, "compile", "dependency:copy-dependencies")
		target := filepath.Join(folder, "target", side)
		classes := []string{filepath.Join(target, "classes"), filepath.Join(target, "dependency", "*")}
		commands[side] = []string{"java", "-cp", strings.Join(classes, string(os.PathListSeparator)), program}
	}
	return func(form string) []string {
		if strings.HasPrefix(form, library) {
			return commands["library"]
		}
		return commands["sdk"]
	}
}

func installGo(t *testing.T, folder string) driver {
	t.Helper()
	program := filepath.Join(folder, "driver")
	command(t, "", "go", "build", "-o", program, "./go")
	return always(program)
}

func always(args ...string) driver {
	return func(string) []string { return args }
}

// copySources copies a folder under build/, for tools that put packages or programs beside the sources.
func copySources(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, os.RemoveAll(to))
	require.NoError(t, os.CopyFS(to, os.DirFS(from)))
}

func command(t *testing.T, folder string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%v:\n%s", args, out)
}
