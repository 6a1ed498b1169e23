package packages

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/internal/version"
)

const (
	// root is the root of the repository.
	root     = "../.."
	platform = "linux_" + runtime.GOARCH
	folder   = "otelcol-segment_" + version.Version + "_" + platform // in the archive

	archive = folder + ".tar.gz"
	debFile = "otelcol-segment_" + version.Version + "-1_" + runtime.GOARCH + ".deb"
)

// commandTimeout includes a stop of the service, and a build.
const commandTimeout = 10 * time.Minute

func TestMain(m *testing.M) {
	testcollector.ForgetSDKVariables()
	os.Exit(m.Run())
}

func rpmFile() string {
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	return "otelcol-segment-" + version.Version + "-1." + arch + ".rpm"
}

// release is the path of a file that make test-packages has built.
func release(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, "build", "release", name))
	require.NoError(t, err)
	require.FileExists(t, path, "run make test-packages")
	return path
}

// asRoot is a command that runs as root.
func asRoot(args ...string) []string {
	if os.Geteuid() != 0 {
		return append([]string{"sudo", "-n"}, args...)
	}
	return args
}

// run returns what the command has written, which must not fail.
func run(t *testing.T, args ...string) string {
	t.Helper()
	output, err := try(t, args...)
	require.NoError(t, err, "%q\n%s", args, output)
	return output
}

func try(t *testing.T, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	output, err := cmd.CombinedOutput()
	return string(bytes.TrimSpace(output)), err
}
