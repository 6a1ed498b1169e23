package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/CycloneDX/cyclonedx-gomod/pkg/generate/app"
	"github.com/rs/zerolog"
)

const ownModules = "github.com/otel-segment/segmentexporter"

// newBOM is the SBOM of the modules that the binary of the environment's platform has in it. It has neither a time nor a serial
// number, so that the same source has the same SBOM.
func newBOM(source, version string) ([]byte, error) {
	detector, err := newDetector()
	if err != nil {
		return nil, err
	}
	generator, err := app.NewGenerator(source,
		app.WithIncludeStdlib(true),
		app.WithLicenseDetector(detector),
		app.WithLogger(zerolog.New(os.Stderr).Level(zerolog.WarnLevel)))
	if err != nil {
		return nil, err
	}
	bom, err := generator.Generate()
	if err != nil {
		return nil, err
	}

	collector := bom.Metadata.Component
	// The generator takes the version from the history, because the modules are used as they lie in the repository.
	devel := collector.Version
	collector.Name = "otelcol-segment"
	collector.Description = "OpenTelemetry Collector with the Segment exporter"
	collector.Licenses = collector.Evidence.Licenses
	collector.Evidence = nil
	for i := range *bom.Components {
		component := &(*bom.Components)[i]
		if strings.HasPrefix(component.Name, ownModules) {
			// Of the folder, which has much in it that is not in the repository.
			component.Hashes = nil
		}
		if component.Evidence == nil {
			return nil, fmt.Errorf("no license was found for %s", component.Name)
		}
	}

	var out bytes.Buffer
	encoder := cdx.NewBOMEncoder(&out, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false)
	if err := encoder.EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(out.Bytes(), []byte(devel), []byte("v"+version)), nil
}
