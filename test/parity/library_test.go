package parity

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

var buildFolder = filepath.Join("..", "..", "build")

// library is one of Segment's own, behind a driver that reads calls from its input.
type library struct {
	name    string
	needs   []string // programs
	install func(t *testing.T, folder string)
	command func(folder string) []string
}

var libraries = []library{
	{
		name:  "python",
		needs: []string{"python3"},
		install: func(t *testing.T, folder string) {
			t.Helper()
			run(t, "", "python3", "-m", "venv", folder)
			run(t, "", filepath.Join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check",
				"--require-hashes", "-r", filepath.Join("python", "requirements.txt"))
		},
		command: func(folder string) []string {
			return []string{filepath.Join(folder, "bin", "python"), filepath.Join("python", "driver.py")}
		},
	},
	{
		name:  "node",
		needs: []string{"node", "npm"},
		install: func(t *testing.T, folder string) {
			t.Helper()
			// Node looks for packages beside the program: a copy keeps them out of the sources.
			require.NoError(t, os.RemoveAll(folder))
			require.NoError(t, os.CopyFS(folder, os.DirFS("node")))
			run(t, folder, "npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
		},
		command: func(folder string) []string {
			return []string{"node", filepath.Join(folder, "driver.mjs")}
		},
	},
}

// missing is the first program that is not on this machine, "" when all are.
func (l library) missing() string {
	for _, program := range l.needs {
		if _, err := exec.LookPath(program); err != nil {
			return program
		}
	}
	return ""
}

// driver is a library that is running.
type driver struct {
	calls   io.Writer
	answers *bufio.Scanner
}

// start installs the library and starts its driver, which uploads to the sandbox.
func (l library) start(t *testing.T, c collector) driver {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join(buildFolder, "parity", l.name))
	require.NoError(t, err)
	l.install(t, folder)
	args := append(l.command(folder), c.sandboxURL)
	var log testcollector.Output
	//nolint:noctx // It ends with its input.
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "no_proxy=localhost") // Python would look for the sandbox behind the proxy of the machine
	cmd.Stderr = &log
	calls, err := cmd.StdinPipe()
	require.NoError(t, err)
	answers, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		// Both pipes are closed, so that the driver waits for nothing when the test has given up.
		_ = calls.Close()
		_ = answers.Close()
		assert.NoError(t, cmd.Wait(), "the driver of %s", l.name)
		if t.Failed() {
			t.Logf("%s said:\n%s", l.name, log.Tail())
		}
	})
	return driver{calls: calls, answers: bufio.NewScanner(answers)}
}

// make lets the driver make a call. When the library refuses it, the outcome is refused with the exception, or with the error of
// the upload.
func (d driver) make(t *testing.T, c collector, made call) outcome {
	t.Helper()
	_, err := fmt.Fprintf(d.calls, "%s\n", made.line)
	require.NoError(t, err)
	require.True(t, d.answers.Scan(), "the driver has ended: %v", d.answers.Err())
	var answer struct {
		Refused string `json:"refused"`
	}
	require.NoError(t, json.Unmarshal(d.answers.Bytes(), &answer), "%s", d.answers.Bytes())
	return c.outcome(t, answer.Refused)
}

func run(t *testing.T, folder string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%v:\n%s", args, out)
}
