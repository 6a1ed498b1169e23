package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	cdx "github.com/CycloneDX/cyclonedx-go"
	classifier "github.com/google/licenseclassifier/v2"
	"github.com/google/licenseclassifier/v2/assets"
)

var (
	licenseName = regexp.MustCompile(`(?i)^(un)?licen[cs]e|^copying|^notice|^patents`)
	noticeName  = regexp.MustCompile(`(?i)^notice`)
)

// detector finds the licenses of a module for the SBOM generator.
type detector struct{ *classifier.Classifier }

func newDetector() (*detector, error) {
	known, err := assets.DefaultClassifier()
	return &detector{known}, err
}

// Detect implements licensedetect.Detector.
func (d *detector) Detect(path, _, dir string) ([]cdx.License, error) {
	files, err := nearestLicenses(dir)
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, file := range files {
		if noticeName.MatchString(filepath.Base(file)) {
			continue // it names the licenses of others
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, match := range d.Match(content).Matches {
			// A header, as at the top of a source file, is all that some have.
			if match.MatchType == "License" || match.MatchType == "Header" {
				ids[match.Name] = true
			}
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("no known license in %q of %s", files, path)
	}
	var licenses []cdx.License
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if !allowed[id] {
			return nil, fmt.Errorf("the license %s of %s is not in allowed.go", id, path)
		}
		licenses = append(licenses, cdx.License{ID: id})
	}
	return licenses, nil
}

// nearestLicenses are the files with licenses in a folder or, when it has none, in the nearest folder above it: modules of this
// repository, and the standard library, have theirs further up.
func nearestLicenses(dir string) ([]string, error) {
	for {
		files, err := licensesIn(dir)
		if err != nil || len(files) > 0 {
			return files, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil, nil
		}
		dir = parent
	}
}

func licensesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		if !entry.IsDir() && licenseName.MatchString(entry.Name()) && filepath.Ext(entry.Name()) != ".go" {
			files = append(files, filepath.Join(dir, entry.Name()))
		}
	}
	return files, nil
}
