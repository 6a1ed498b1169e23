package image

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/internal/version"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// root is that of the repository, seen from this package.
var root = filepath.Join("..", "..")

// theImage is in the storage of the tests, for the platform of this machine.
const theImage = "localhost/otelcol-segment:" + version.Version

// network is that of the containers.
const network = "tests"

// commandTimeout is for a command that ends by itself, on a busy machine.
const commandTimeout = 2 * time.Minute

// missing says why containers cannot be tested here, and is "" when they can.
var missing = findMissing()

func TestMain(m *testing.M) {
	testcollector.ForgetSDKVariables()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if missing != "" {
		return m.Run()
	}
	folder, err := os.MkdirTemp("", "image")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer removeStorage(folder)
	if err := makeStorage(folder); err != nil {
		fmt.Println(err)
		return 1
	}
	// The default network has the addresses of containers that are no business of the tests.
	if _, err := execute(nil, "podman", "network", "create", network); err != nil {
		fmt.Println(err)
		return 1
	}
	if err := buildImage("linux_" + runtime.GOARCH); err != nil {
		fmt.Println(err)
		return 1
	}
	return m.Run()
}

// needContainers skips a test where it cannot run.
func needContainers(t *testing.T) {
	t.Helper()
	if missing != "" {
		harness.SkipUnlessCI(t, missing)
	}
}

func findMissing() string {
	tools := []string{"buildah", "podman", "podman-compose"}
	if oldCgroups() {
		tools = append(tools, "runc")
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			return tool + " is not on this machine"
		}
	}
	return ""
}

// oldCgroups are those of version 1, which crun does not know when some of version 2 are beside them.
func oldCgroups() bool {
	_, err := os.Stat("/sys/fs/cgroup/cgroup.controllers")
	return err != nil
}

// makeStorage lets podman and buildah work in a folder.
func makeStorage(folder string) error {
	engine := ""
	if oldCgroups() {
		engine = `runtime = "runc"`
	}
	configs := map[string]string{
		"CONTAINERS_STORAGE_CONF": fmt.Sprintf(`
[storage]
driver = "overlay"
graphroot = "%[1]s/root"
rootless_storage_path = "%[1]s/root"
runroot = "%[1]s/run"
`, folder),
		"CONTAINERS_CONF": fmt.Sprintf(`
[containers]
# The defaults are more than root may set where it has not all capabilities.
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[network]
network_config_dir = "%[1]s/networks"
[engine]
# Else the containers of the machine have the same locks.
lock_type = "file"
tmp_dir = "%[1]s/tmp"
%[2]s
`, folder, engine),
	}
	for variable, config := range configs {
		path := filepath.Join(folder, strings.ToLower(variable))
		if err := errors.Join(os.WriteFile(path, []byte(config), 0o600), os.Setenv(variable, path)); err != nil {
			return err
		}
	}
	return nil
}

func removeStorage(folder string) {
	commands := [][]string{
		{"podman", "rm", "--all", "--force", "--time", "0"},
		{"podman", "volume", "rm", "--all", "--force"},
		{"podman", "network", "rm", "--force", network},
		{"podman", "rmi", "--all", "--force"},
	}
	// podman keeps its own folder mounted, and its files belong to others than who runs it, unless that is root.
	remove := []string{"sh", "-c", `umount "$0/root/overlay" 2>/dev/null; rm -rf "$0"`, folder}
	if os.Getuid() != 0 {
		remove = append([]string{"podman", "unshare"}, remove...)
	}
	for _, args := range append(commands, remove) {
		if _, err := execute(nil, args...); err != nil {
			fmt.Println(err)
		}
	}
	// The last command makes a little of it again.
	if err := os.RemoveAll(folder); err != nil {
		fmt.Println(err)
	}
}

// execute returns what a command has written to its standard output, and an error with all that it has written. It is not of the context
// of a test, whose end must not cancel its cleanup.
func execute(env []string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.WaitDelay = time.Second
	cmd.Env = append(os.Environ(), env...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(args, " "), err, &stdout, &stderr)
	}
	return strings.TrimSpace(stdout.String()), nil
}

// buildImage is what make image does when the files of the image are there.
func buildImage(platforms ...string) error {
	_, err := execute(nil, append([]string{filepath.Join(root, "deploy", "build-image.sh"), version.Version}, platforms...)...)
	if err != nil {
		return fmt.Errorf("`make test-image` puts the files of the image together: %w", err)
	}
	return nil
}
