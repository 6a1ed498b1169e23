package main

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	segmentexporter "github.com/otel-segment/segmentexporter"
	"github.com/otel-segment/segmentexporter/receiver"
	"github.com/otel-segment/segmentexporter/sandbox"
)

// part is a component of the schema.
type part struct {
	// kinds are the parts of a configuration that it can be in.
	kinds       []string
	factory     component.Factory
	description string
}

// definition is the name of its schema.
func (p part) definition() string {
	return strings.TrimSuffix(p.kinds[0], "s") + "_" + p.factory.Type().String()
}

var parts = []part{
	{
		[]string{"exporters", "connectors"},
		segmentexporter.NewFactory(),
		"Uploads log records as messages to Segment. As a connector it hands on what it gives up.",
	},
	{[]string{"receivers"}, receiver.NewFactory(), "Takes what Segment's own libraries send."},
	{[]string{"extensions"}, sandbox.NewFactory(), "Stands in for Segment, to try and to test."},
}

// pages are where settings are explained, by the beginning of their paths. The last that fits counts.
var pages = []struct{ path, page string }{
	{"exporters::segment", "docs/configuration.md#upload"},
	{"exporters::segment::sources", "docs/sources.md"},
	{"exporters::segment::oauth", "docs/oauth.md"},
	{"exporters::segment::translate", "docs/configuration.md#translation"},
	{"exporters::segment::sending_queue", "docs/configuration.md#queue-and-batches"},
	{"exporters::segment::retry_on_failure", "docs/configuration.md#retries"},
	{"receivers::segment", "docs/receiver.md#every-setting"},
	{"extensions::segment_sandbox", "sandbox/README.md#configuration"},
}

// page says where a setting is explained.
func page(path string) string {
	found := ""
	for _, p := range pages {
		if path == p.path || strings.HasPrefix(path, p.path+confmap.KeyDelimiter) {
			found = p.page
		}
	}
	return "See " + found + "."
}

// makeDocument makes the schema of the configuration of a collector. Its sections are those of the Collector, and what is not ours in
// them can be anything.
func makeDocument() (*schema, error) {
	notes, err := readNotes()
	if err != nil {
		return nil, err
	}
	g := generator{comments: &comments{}, notes: notes}
	document := &schema{
		Version:     "http://json-schema.org/draft-07/schema#",
		Description: "Configuration of an OpenTelemetry Collector with the components of Segment",
		Type:        []string{"object", "null"},
		Properties:  map[string]*schema{"processors": {}, "service": {}},
		Definitions: map[string]*schema{},
		// The collector does not take another section either, not even one that only holds an anchor.
		AdditionalProperties: false,
	}
	for _, p := range parts {
		name := p.factory.Type().String()
		path := p.kinds[0] + confmap.KeyDelimiter + name
		s, err := g.section(path, reflect.ValueOf(p.factory.CreateDefaultConfig()).Elem())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		s.Description = join(p.description, page(path))
		document.Definitions[p.definition()] = s
		link := &schema{Ref: "#/definitions/" + p.definition()}
		for _, kind := range p.kinds {
			document.Properties[kind] = &schema{
				Type:              []string{"object", "null", "string"},
				Properties:        map[string]*schema{name: link},
				PatternProperties: map[string]*schema{"^" + name + "/": link},
			}
		}
	}
	return document, nil
}

// isOurs says that the comments of a type are written for these components.
func isOurs(t reflect.Type) bool {
	return strings.HasPrefix(t.PkgPath(), reflect.TypeFor[segmentexporter.Config]().PkgPath())
}

// join makes paragraphs of what is there.
func join(paragraphs ...string) string {
	var list []string
	for _, p := range paragraphs {
		if p != "" {
			list = append(list, p)
		}
	}
	return strings.Join(list, "\n\n")
}

var saysDefault = regexp.MustCompile(`(?i)\bdefault(:| is)`)

// defaultSentence names the default where the description does not.
func defaultSentence(description string, value any) string {
	if value == nil || saysDefault.MatchString(description) {
		return ""
	}
	if list, is := value.([]string); is {
		value = "[" + strings.Join(list, ", ") + "]"
	}
	return fmt.Sprintf("Default: %v.", value)
}
