package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	classifier "github.com/google/licenseclassifier/v2"
)

var (
	licenseName = regexp.MustCompile(`(?i)^(un)?licen[cs]e|^copying|^notice|^patents`)
	noticeName  = regexp.MustCompile(`(?i)^notice|^patents`)
	// licenseFolder has a file for each license.
	licenseFolder = regexp.MustCompile(`(?i)^(third[_-]?party[_-]?)?licen[cs]es$`)
)

// spdx are the identifiers of licenses that the classifier knows under another name.
var spdx = map[string]string{"GNU-All-permissive-Copying-License": "FSFAP"}

// licenses are the SPDX identifiers of the licenses of a module. One that is not allowed is an error.
func (m *module) licenses(known *classifier.Classifier) ([]string, error) {
	ids := map[string]bool{}
	for file := range m.licenseFiles {
		if noticeName.MatchString(filepath.Base(file)) || licenseFolder.MatchString(filepath.Base(filepath.Dir(file))) {
			continue // they are of others, and perhaps of what is not linked
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		matches := 0
		for _, match := range known.Match(content).Matches {
			// A header, as at the top of a source file, is all that some have.
			if match.MatchType == "License" || match.MatchType == "Header" {
				ids[cmp.Or(spdx[match.Name], match.Name)] = true
				matches++
			}
		}
		if matches == 0 {
			return nil, fmt.Errorf("%s: %s is no license that is known", m.Path, file)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("%s: there is no license in %s", m.Path, m.Dir)
	}
	for id := range ids {
		if !allowed[id] {
			return nil, fmt.Errorf("%s: the license %s is not in allowed.go", m.Path, id)
		}
	}
	return slices.Sorted(maps.Keys(ids)), nil
}

// newTexts are the texts of the licenses that a binary has to bring along. A text that several modules have stands there once.
func newTexts(modules []*module) ([]byte, error) {
	users := map[string][]string{}
	var texts []string
	for _, m := range modules {
		name := m.Path + " " + m.Version
		if m.Path == standard {
			name = "the Go standard library " + m.Version
		}
		for _, file := range slices.Sorted(maps.Keys(m.licenseFiles)) {
			content, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			text := strings.TrimSpace(strings.ReplaceAll(string(content), "\r\n", "\n"))
			if users[text] == nil {
				texts = append(texts, text)
			}
			if !slices.Contains(users[text], name) {
				users[text] = append(users[text], name)
			}
		}
	}
	var out bytes.Buffer
	out.WriteString("otelcol-segment contains the following modules. Each list is followed by the license of its modules.\n" +
		"The source of a module, unchanged, is what `go mod download` fetches for its path and version.\n")
	line := strings.Repeat("=", 80)
	for _, text := range texts {
		fmt.Fprintf(&out, "\n%s\n%s\n%s\n\n%s\n", line, strings.Join(users[text], "\n"), line, text)
	}
	return out.Bytes(), nil
}
