package image

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/internal/version"
)

// root is that of the repository, seen from this package.
var root = filepath.Join("..", "..")

// theImage is in the storage of the tests, for the platform of this machine.
const theImage = "localhost/otelcol-segment:" + version.Version

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
	if err := buildImage("linux_" + goarch()); err != nil {
		fmt.Println(err)
		return 1
	}
	return m.Run()
}

// needContainers skips a test where it cannot run, unless CI is set: CI has all tools, and a skip there would go unnoticed.
func needContainers(t *testing.T) {
	t.Helper()
	if missing == "" {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
}

func findMissing() string {
	for _, tool := range []string{"buildah", "podman", "podman-compose"} {
		if _, err := exec.LookPath(tool); err != nil {
			return tool + " is not on this machine"
		}
	}
	if os.Getuid() != 0 {
		return "the storage of the tests is made for root"
	}
	return ""
}

// makeStorage lets podman and buildah work in a folder.
func makeStorage(folder string) error {
	runtime := ""
	// crun does not know the cgroups of older machines, which runc does.
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err != nil {
		runtime = `runtime = "runc"`
	}
	configs := map[string]string{
		"CONTAINERS_STORAGE_CONF": fmt.Sprintf(`
[storage]
driver = "overlay"
graphroot = "%[1]s/root"
runroot = "%[1]s/run"
`, folder),
		"CONTAINERS_CONF": fmt.Sprintf(`
[containers]
# The defaults are more than root may set where it has not all capabilities.
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
# Else the containers of the machine have the same locks.
lock_type = "file"
tmp_dir = "%s/tmp"
%s
`, folder, runtime),
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
	for _, args := range [][]string{{"rm", "--all", "--force", "--time", "0"}, {"volume", "rm", "--all", "--force"}, {"rmi", "--all", "--force"}} {
		if out, err := exec.Command("podman", args...).CombinedOutput(); err != nil {
			fmt.Printf("podman %s: %v: %s\n", args[0], err, out)
		}
	}
	// podman keeps its own folder mounted.
	if err := syscall.Unmount(filepath.Join(folder, "root", "overlay"), 0); err != nil && !errors.Is(err, syscall.EINVAL) {
		fmt.Println(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		fmt.Println(err)
	}
}

// buildImage is what make image does when the files of the image are there.
func buildImage(platforms ...string) error {
	out, err := exec.Command(filepath.Join(root, "deploy", "build-image.sh"), append([]string{version.Version}, platforms...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("build the image, whose files `make test-image` puts together: %w\n%s", err, out)
	}
	return nil
}
