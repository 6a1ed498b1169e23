package compat

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// buildTimeout is enough to download and compile a line that this machine has never seen.
const buildTimeout = 15 * time.Minute

var root = filepath.Join("..", "..")

// distribution is a collector to build. When the exporter is alone in it, a module that only the exporter uses has the version
// in our go.mod, which can be older than the line's.
type distribution struct {
	line
	Beside bool // there are other exporters
}

func (d distribution) name() string {
	if d.Beside {
		return "beside-others"
	}
	return "alone"
}

// Folder is where the collector is built, relative to the root.
func (d distribution) Folder() string {
	return filepath.ToSlash(filepath.Join("build", "compat", d.Unstable, d.name()))
}

// build builds the collector and returns its path.
func (d distribution) build(t *testing.T, oldest line) string {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join(root, d.Folder()))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(folder, 0o750))
	config := filepath.Join(folder, "builder.yaml")
	require.NoError(t, os.WriteFile(config, d.builderConfig(t), 0o600))

	ctx, cancel := context.WithTimeout(t.Context(), buildTimeout)
	defer cancel()
	// The builder is of the same line, as that of its users. It fails when a component is of another line.
	cmd := exec.CommandContext(ctx, "go", "run", "go.opentelemetry.io/collector/cmd/builder@"+d.Unstable,
		"--config", config, "--skip-strict-versioning=false")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.WaitDelay = 10 * time.Second
	output, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", output)

	binary := filepath.Join(folder, "otelcol-compat")
	d.requireLine(t, binary, oldest)
	return binary
}

func (d distribution) builderConfig(t *testing.T) []byte {
	t.Helper()
	source, err := template.ParseFiles(filepath.Join("testdata", "builder.yaml"))
	require.NoError(t, err)
	var config bytes.Buffer
	require.NoError(t, source.Execute(&config, d))
	return config.Bytes()
}

// requireLine fails when a module of the Collector in the binary is of another line: a requirement of any module can have raised
// its version.
func (d distribution) requireLine(t *testing.T, binary string, oldest line) {
	t.Helper()
	allowed := []string{d.Unstable, d.Stable}
	if !d.Beside {
		allowed = append(allowed, oldest.Unstable, oldest.Stable)
	}
	info, err := buildinfo.ReadFile(binary)
	require.NoError(t, err)
	found := map[string]string{}
	for _, m := range info.Deps {
		path, isCore := strings.CutPrefix(m.Path, "go.opentelemetry.io/collector/")
		if !isCore && !strings.HasPrefix(path, "github.com/open-telemetry/opentelemetry-collector-contrib/") {
			continue
		}
		assert.Nil(t, m.Replace, path)
		assert.Contains(t, allowed, m.Version, path)
		found[path] = m.Version
	}
	for path, want := range map[string]string{
		"otelcol": d.Unstable, "service": d.Unstable, "exporter/exporterhelper": d.Unstable, "exporter": d.Stable, "pdata": d.Stable,
	} {
		assert.Equal(t, want, found[path], path)
	}
	require.False(t, t.Failed(), "the collector is not on line %s", d.Unstable)
}
