package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// receiverOverlay is merged over config/demo.yaml: Segment's own libraries can send to the collector too.
const receiverOverlay = `yaml:{receivers: {segment: {endpoint: "` + receiverAddress + `"}}, service: {pipelines: {logs: {receivers: [otlp, segment]}}}}`

// libraries install a library of Segment's under a folder, which stays for the next time, and return the command that uses it.
// The sources of the program are in another folder.
var libraries = map[string]func(ctx context.Context, sources, folder string) ([]string, error){
	"python": func(ctx context.Context, sources, folder string) ([]string, error) {
		if err := runTool(exec.CommandContext(ctx, "python3", "-m", "venv", folder), "make a Python environment"); err != nil {
			return nil, err
		}
		pip := exec.CommandContext(ctx, filepath.Join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check",
			"--require-hashes", "-r", filepath.Join(sources, "requirements.txt"))
		if err := runTool(pip, "install the library"); err != nil {
			return nil, err
		}
		return []string{filepath.Join(folder, "bin", "python"), filepath.Join(sources, "shop.py")}, nil
	},
	// Node looks for packages beside the program.
	"node": func(ctx context.Context, sources, folder string) ([]string, error) {
		if err := os.RemoveAll(folder); err != nil {
			return nil, err
		}
		if err := os.CopyFS(folder, os.DirFS(sources)); err != nil {
			return nil, err
		}
		npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		npm.Dir = folder
		if err := runTool(npm, "install the library"); err != nil {
			return nil, err
		}
		return []string{"node", filepath.Join(folder, "shop.mjs")}, nil
	},
}

// installLibrary makes the example of a library of Segment's.
func installLibrary(ctx context.Context, name, build string) (*example, error) {
	install, known := libraries[name]
	if !known {
		return nil, fmt.Errorf("LIBRARY=%s: must be one of %s", name, strings.Join(slices.Sorted(maps.Keys(libraries)), ", "))
	}
	sources, err := filepath.Abs(filepath.Join("examples", "libraries", name))
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(filepath.Join(build, "demo-"+name))
	if err != nil {
		return nil, err
	}
	command, err := install(ctx, sources, folder)
	if err != nil {
		return nil, err
	}
	return &example{command: command, env: []string{"SEGMENT_HOST=http://" + receiverAddress}}, nil
}
