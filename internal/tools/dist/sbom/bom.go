package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/licenseclassifier/v2/assets"
)

const ownModules = "github.com/otel-segment/segmentexporter"

// newBOM is the SBOM of the program. It has neither a time nor a serial number, so that the same source has the same SBOM.
func newBOM(modules []*module) ([]byte, error) {
	known, err := assets.DefaultClassifier()
	if err != nil {
		return nil, err
	}
	urls := map[string]string{} // by path
	for _, m := range modules {
		urls[m.Path] = m.packageURL()
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{}
	bom.Components, bom.Dependencies = &[]cdx.Component{}, &[]cdx.Dependency{}
	for _, m := range modules {
		ids, err := m.licenses(known)
		if err != nil {
			return nil, err
		}
		component, err := m.component(ids)
		if err != nil {
			return nil, err
		}
		if m.Main {
			component.Type, component.Name = cdx.ComponentTypeApplication, "otelcol-segment"
			component.Description = "OpenTelemetry Collector with the Segment exporter"
			bom.Metadata.Component = component
		} else {
			*bom.Components = append(*bom.Components, *component)
		}
		var dependencies []string
		for _, path := range slices.Sorted(maps.Keys(m.dependencies)) {
			dependencies = append(dependencies, urls[path])
		}
		*bom.Dependencies = append(*bom.Dependencies, cdx.Dependency{Ref: urls[m.Path], Dependencies: &dependencies})
	}
	var out bytes.Buffer
	encoder := cdx.NewBOMEncoder(&out, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false)
	err = encoder.EncodeVersion(bom, cdx.SpecVersion1_6)
	return out.Bytes(), err
}

func (m *module) packageURL() string {
	return fmt.Sprintf("pkg:golang/%s@%s?goarch=%s&goos=%s&type=module", m.Path, m.Version, os.Getenv("GOARCH"), os.Getenv("GOOS"))
}

func (m *module) component(licenses []string) (*cdx.Component, error) {
	url := m.packageURL()
	component := &cdx.Component{BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: m.Path, Version: m.Version, PackageURL: url}
	var found cdx.Licenses
	for _, id := range licenses {
		found = append(found, cdx.LicenseChoice{License: &cdx.License{ID: id}})
	}
	component.Evidence = &cdx.Evidence{Licenses: &found}
	// Modules of this repository, and the standard library, have no checksum.
	if sum, ok := strings.CutPrefix(m.Sum, "h1:"); ok {
		hash, err := base64.StdEncoding.DecodeString(sum)
		if err != nil {
			return nil, fmt.Errorf("%s: checksum %s: %w", m.Path, m.Sum, err)
		}
		component.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(hash)}}
	}
	return component, nil
}
