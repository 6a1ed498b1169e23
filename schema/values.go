package main

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-segment/segmentexporter/internal/strictconf"
)

const (
	// reference is in every value that the collector replaces before it decodes it, such as ${env:NAME}.
	reference = `\$\{`
	// underscored are the numbers that the collector reads as such, and YAML 1.2 as texts.
	underscored = `^[0-9]+(_[0-9]+)+$`
	duration    = `^\+?(0|([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`
)

// value is the schema of one setting.
func (g *generator) value(path string, value reflect.Value) (*schema, error) {
	t := value.Type()
	switch {
	case t.Kind() == reflect.Pointer:
		if value.IsNil() {
			value = reflect.New(t.Elem())
		}
		return g.value(path, value.Elem())
	case strictconf.IsOptional(t):
		return g.optional(path, value)
	case t == reflect.TypeFor[time.Duration]():
		const wrong = "must be a duration with a unit, such as 15s"
		return &schema{
			Type:                []string{"string", "integer"},
			Pattern:             duration + "|" + reference,
			PatternErrorMessage: wrong,
			// A number would be nanoseconds. Only for 0 the unit does not matter.
			If:      &schema{Type: []string{"integer"}},
			Then:    &schema{Const: 0, ErrorMessage: wrong},
			Default: shortDuration(value.Interface().(time.Duration)),
		}, nil
	case t == reflect.TypeFor[configopaque.MapList]():
		return &schema{
			Type:                 []string{"object", "array", "null", "string"},
			Pattern:              reference,
			PatternErrorMessage:  "must be a section",
			AdditionalProperties: &schema{Type: []string{"string"}},
			Items: &schema{
				Type: []string{"object"},
				Properties: map[string]*schema{
					"name":  {Type: []string{"string"}, Description: "The name of the header."},
					"value": {Type: []string{"string"}, Description: "The value of the header."},
				},
				AdditionalProperties: false,
				Required:             []string{"name", "value"},
			},
		}, nil
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return g.text(value)
	default:
		return g.plain(path, value)
	}
}

// text is the schema of a type that reads itself from a text.
func (g *generator) text(value reflect.Value) (*schema, error) {
	t := value.Type()
	if t == reflect.TypeFor[component.ID]() {
		return &schema{Type: []string{"string"}, MinLength: 1}, nil
	}
	said, err := g.comments.of(t)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range said.constants {
		if c.value != "" && takes(t, c.value) {
			names = append(names, c.value)
		}
	}
	if names == nil {
		names = namesOf[t]
	}
	if names == nil || takes(t, "no such value") {
		return nil, fmt.Errorf("the values of %s are not known", t)
	}
	s := &schema{
		AnyOf:       []*schema{{Type: []string{"string"}, Enum: names}, {Type: []string{"string"}, Pattern: reference}},
		Description: describeValues(said.constants),
	}
	if takes(t, "") {
		// It is not proposed.
		s.AnyOf[1].Pattern = "^$|" + reference
	}
	if marshaler, is := reflect.TypeAssert[encoding.TextMarshaler](pointerTo(value)); is {
		text, err := marshaler.MarshalText()
		if err != nil {
			return nil, err
		}
		s.Default = nonEmpty(string(text))
	} else {
		s.Default = nonEmpty(value.String())
	}
	return s, nil
}

func takes(t reflect.Type, text string) bool {
	return reflect.New(t).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) == nil
}

// plain is the schema of a value of one of Go's own kinds.
func (g *generator) plain(path string, value reflect.Value) (*schema, error) {
	switch t := value.Type(); t.Kind() {
	case reflect.Struct:
		return g.section(path, value)
	case reflect.String:
		return &schema{Type: []string{"string"}, Default: nonEmpty(value.String())}, nil
	case reflect.Bool:
		s := boolean()
		s.Default = value.Bool()
		return s, nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return number("integer", value.Int()), nil
	case reflect.Float64:
		return number("number", value.Float()), nil
	case reflect.Slice:
		return g.list(path, value)
	case reflect.Map:
		entry, err := g.element(path+confmap.KeyDelimiter+"*", t.Elem())
		if err != nil {
			return nil, err
		}
		return &schema{
			Type: []string{"object", "null", "string"}, Pattern: reference, PatternErrorMessage: "must be a section", AdditionalProperties: entry,
		}, nil
	default:
		return nil, fmt.Errorf("no schema for %s", t)
	}
}

func boolean() *schema {
	return &schema{Type: []string{"boolean", "string"}, Pattern: reference, PatternErrorMessage: "must be true or false"}
}

func number(kind string, value any) *schema {
	return &schema{
		Type: []string{kind, "string"}, Pattern: underscored + "|" + reference, PatternErrorMessage: "must be a number", Default: value,
	}
}

func (g *generator) list(path string, value reflect.Value) (*schema, error) {
	items, err := g.element(path+"[]", value.Type().Elem())
	if err != nil {
		return nil, err
	}
	s := &schema{Type: []string{"array", "string"}, Pattern: reference, PatternErrorMessage: "must be a list", Items: items}
	if items.Properties != nil {
		// A list of sections can be left empty like a section.
		s.Type = append(s.Type, "null")
	}
	if texts, is := reflect.TypeAssert[[]string](value); is {
		// The collector takes a text for a list of what is between its commas.
		s.Pattern, s.PatternErrorMessage = "", ""
		if len(texts) > 0 {
			s.Default = texts
		}
	}
	return s, nil
}

// element is the schema of an entry of a list or a map, with the defaults that it gives itself.
func (g *generator) element(path string, t reflect.Type) (*schema, error) {
	element := reflect.New(t)
	if t.Kind() == reflect.Struct {
		if err := confmap.New().Unmarshal(element.Interface()); err != nil {
			return nil, err
		}
	}
	return g.value(path, element.Elem())
}

func nonEmpty(text string) any {
	if text == "" {
		return nil
	}
	return text
}

var zeroUnits = regexp.MustCompile(`([a-z])(0[ms])+$`)

// shortDuration is a duration as people write it: 5m and not 5m0s.
func shortDuration(d time.Duration) string { return zeroUnits.ReplaceAllString(d.String(), "$1") }
