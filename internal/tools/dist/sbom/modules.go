package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// module is what the go command says of a Go module, and what is linked of it.
type module struct {
	Path    string
	Version string
	Sum     string
	Dir     string
	Main    bool
	Replace *module

	licenseFiles map[string]bool
	dependencies map[string]bool // paths of the modules whose packages it imports
}

// standard is the path of the standard library in an SBOM.
const standard = "std"

// linked are the modules that the program has in it, sorted by path: the program itself, and the standard library too. The environment
// says for which platform.
func linked(source, version string) ([]*module, error) {
	output, err := goCommand(source, "list", "-deps", "-json=Dir,ImportPath,Imports,Module,Standard", ".")
	if err != nil {
		return nil, err
	}
	root, err := goCommand(source, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	modules := map[string]*module{}
	moduleOf := map[string]*module{} // by the path of a package
	decoder := json.NewDecoder(bytes.NewReader(output))
	for {
		var p struct {
			Dir, ImportPath string
			Imports         []string
			Module          *module
			Standard        bool
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return slices.SortedFunc(maps.Values(modules), func(a, b *module) int { return strings.Compare(a.Path, b.Path) }), nil
		} else if err != nil {
			return nil, err
		}
		if p.Standard {
			dir := strings.TrimSpace(string(root))
			p.Dir, p.Module = dir, &module{Path: standard, Version: runtime.Version(), Dir: dir}
		}
		m := modules[p.Module.Path]
		if m == nil {
			m = p.Module.asBuilt(version)
			modules[m.Path] = m
		}
		moduleOf[p.ImportPath] = m
		if err := m.addLicenses(p.Dir); err != nil {
			return nil, err
		}
		// What a package imports comes before it.
		for _, path := range p.Imports {
			if imported := moduleOf[path]; imported != nil && imported != m {
				m.dependencies[imported.Path] = true
			}
		}
	}
}

func goCommand(folder string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(context.Background(), "go", args...)
	cmd.Dir = folder
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return output, nil
}

// asBuilt has the version and the checksum of what stands in for a module, and the version of this repository for its own modules.
func (m *module) asBuilt(version string) *module {
	built := &module{Path: m.Path, Version: m.Version, Sum: m.Sum, Dir: m.Dir, Main: m.Main, licenseFiles: map[string]bool{}, dependencies: map[string]bool{}}
	if m.Replace != nil {
		built.Version, built.Sum = m.Replace.Version, m.Replace.Sum
	}
	if strings.HasPrefix(m.Path, ownModules) {
		built.Version = "v" + version
	}
	return built
}

// addLicenses takes the licenses from the folder of a package up to that of the module, because what was taken from elsewhere has its
// own; and from the folders above while there is none: modules of this repository, and the standard library, have theirs further up.
func (m *module) addLicenses(dir string) error {
	for inside := true; ; dir = filepath.Dir(dir) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			path := filepath.Join(dir, entry.Name())
			switch {
			case entry.IsDir() && licenseFolder.MatchString(entry.Name()):
				if err := m.addFolder(path); err != nil {
					return err
				}
			case !entry.IsDir() && licenseName.MatchString(entry.Name()) && filepath.Ext(entry.Name()) != ".go":
				m.licenseFiles[path] = true
			}
		}
		inside = inside && dir != m.Dir
		if !inside && (len(m.licenseFiles) > 0 || dir == filepath.Dir(dir)) {
			return nil
		}
	}
}

// addFolder takes a folder with the licenses of what a module has from elsewhere. Which of them are of what is linked, it does not say.
func (m *module) addFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		m.licenseFiles[filepath.Join(dir, entry.Name())] = true
	}
	return err
}
