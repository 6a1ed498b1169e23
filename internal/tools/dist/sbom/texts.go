package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// newTexts are the texts of the licenses that the binary of the environment's platform has to bring along: of each module, and of the
// folders of its packages, which can have others. A text that several modules have stands there once.
func newTexts(source string) ([]byte, error) {
	modulesOf := map[string]map[string]bool{} // by text
	add := func(module string, files []string) error {
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			text := strings.TrimSpace(string(content))
			if modulesOf[text] == nil {
				modulesOf[text] = map[string]bool{}
			}
			modulesOf[text][module] = true
		}
		return nil
	}

	goroot, err := goCommand(source, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	files, err := nearestLicenses(strings.TrimSpace(goroot))
	if err != nil {
		return nil, err
	}
	if err := add("the Go standard library", files); err != nil {
		return nil, err
	}

	packages, err := goCommand(source, "list", "-deps", "-f",
		"{{with .Module}}{{.Path}}{{if not .Main}} {{.Version}}{{end}}\t{{.Dir}}\t{{$.Dir}}{{end}}", ".")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(packages) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 3 {
			continue // of the standard library
		}
		module, root, dir := fields[0], fields[1], fields[2]
		for ; dir != root; dir = filepath.Dir(dir) {
			files, err := licensesIn(dir)
			if err != nil {
				return nil, err
			}
			if err := add(module, files); err != nil {
				return nil, err
			}
		}
		files, err := nearestLicenses(root)
		if err != nil {
			return nil, err
		}
		if err := add(module, files); err != nil {
			return nil, err
		}
	}
	return format(modulesOf), nil
}

func format(modulesOf map[string]map[string]bool) []byte {
	type entry struct{ modules, text string }
	var entries []entry
	for text, modules := range modulesOf {
		entries = append(entries, entry{strings.Join(slices.Sorted(maps.Keys(modules)), "\n"), text})
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return strings.Compare(a.modules+"\n"+a.text, b.modules+"\n"+b.text)
	})
	var out bytes.Buffer
	out.WriteString("otelcol-segment contains the following modules. Each list is followed by the license of its modules.\n")
	line := strings.Repeat("=", 80)
	for _, e := range entries {
		fmt.Fprintf(&out, "\n%s\n%s\n%s\n\n%s\n", line, e.modules, line, e.text)
	}
	return out.Bytes()
}

func goCommand(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...) //nolint:noctx // Ctrl-C reaches it too.
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	return string(out), err
}
