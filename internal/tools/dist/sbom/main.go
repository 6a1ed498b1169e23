// Command sbom writes, for the collector of one platform, the SBOM (otelcol-segment.cdx.json) and the texts of all licenses
// (licenses.txt) into a folder.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	source := flag.String("source", "build/otelcol", "the module of the collector")
	version := flag.String("version", "", "version of the collector, without v")
	platform := flag.String("platform", "", "OS_ARCH")
	folder := flag.String("folder", "", "where the files go")
	flag.Parse()
	if err := run(*source, *version, *platform, *folder); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(source, version, platform, folder string) error {
	goos, goarch, ok := strings.Cut(platform, "_")
	if !ok || version == "" || folder == "" {
		return errors.New("give -version, -folder, and -platform such as linux_amd64")
	}
	// For the go command, which says what the binary of the platform is made of.
	for name, value := range map[string]string{"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0"} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	modules, err := linked(source, version)
	if err != nil {
		return err
	}
	bom, err := newBOM(modules)
	if err != nil {
		return err
	}
	texts, err := newTexts(modules)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "otelcol-segment.cdx.json"), bom, 0o644),
		os.WriteFile(filepath.Join(folder, "licenses.txt"), texts, 0o644),
	)
}
