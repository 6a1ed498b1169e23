package main

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-segment/segmentexporter/internal/strictconf"
)

// generator makes schemas of structs with settings. The values in a struct are the defaults.
type generator struct {
	comments *comments
	// notes are descriptions by the path of a setting that count for more than the comment of a field of the Collector.
	notes map[string]string
	// withoutDefaults leaves the defaults out.
	withoutDefaults bool
}

// section is the schema of a struct. Like every value, a section can come from elsewhere as a whole; without a value it has its defaults.
func (g *generator) section(path string, value reflect.Value) (*schema, error) {
	s := &schema{
		Type:                 []string{"object", "null", "string"},
		Pattern:              reference,
		PatternErrorMessage:  "must be a section",
		Properties:           map[string]*schema{},
		AdditionalProperties: false,
	}
	if err := g.addSettings(s, path, value); err != nil {
		return nil, err
	}
	return s, nil
}

func (g *generator) addSettings(s *schema, path string, value reflect.Value) error {
	t := value.Type()
	said, err := g.comments.of(t)
	if err != nil {
		return err
	}
	fields := settings(t)
	for _, field := range fields {
		if strictconf.IsSquashed(field) {
			if err := g.addSettings(s, path, value.FieldByIndex(field.Index)); err != nil {
				return err
			}
			continue
		}
		key := strictconf.KeyOf(field)
		inside := path + confmap.KeyDelimiter + key
		property, err := g.value(inside, value.FieldByIndex(field.Index))
		if err != nil {
			return fmt.Errorf("%s: %w", inside, err)
		}
		if g.withoutDefaults {
			property.Default = nil
		}
		description := describe(said.fields[field.Name], field, fields)
		if !isOurs(t) {
			description = g.describeElsewhere(inside, description, property)
		}
		property.Description = join(description, defaultSentence(description, property.Default), property.Description, page(inside))
		s.Properties[key] = property
	}
	if constrain := constraints[t]; constrain != nil {
		constrain(s)
	}
	if len(s.Required)+len(s.AnyOf) > 0 {
		// It cannot be left empty.
		s.Type = slices.DeleteFunc(s.Type, func(name string) bool { return name == "null" })
	}
	return nil
}

// optional is the schema of a section that can be switched off. What it requires it requires only when it is on.
func (g *generator) optional(path string, value reflect.Value) (*schema, error) {
	optional := pointerTo(value)
	on := optional.MethodByName("HasValue").Call(nil)[0].Bool()
	section := optional.MethodByName("GetOrInsertDefault").Call(nil)[0].Elem()
	// A section that is off and empty gets its defaults while it is decoded, if it has any.
	inner := *g
	inner.withoutDefaults = g.withoutDefaults || !on && section.IsZero()
	s, err := inner.value(path, section)
	if err != nil {
		return nil, err
	}
	enabled := boolean()
	enabled.Description = "Whether the section counts. Default: true, if it is there."
	if on {
		enabled.Default = true
		enabled.Description = cmp.Or(g.notes[path+confmap.KeyDelimiter+"enabled"], "Whether the section counts.")
	}
	enabled.Description = join(enabled.Description, defaultSentence(enabled.Description, enabled.Default), page(path))
	s.Properties["enabled"] = enabled
	if len(s.Required)+len(s.AnyOf) > 0 {
		isOn := &schema{Properties: map[string]*schema{"enabled": {Const: true}}}
		s.If, s.Then = isOn, &schema{Required: s.Required, AnyOf: s.AnyOf}
		s.Required, s.AnyOf = nil, nil
	}
	return s, nil
}

func pointerTo(value reflect.Value) reflect.Value {
	pointer := reflect.New(value.Type())
	pointer.Elem().Set(value)
	return pointer
}
