package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

// TestSettingsAreKnown decodes each setting of the schema with its default, or with some value that is right for it. The default has to be
// what the component has without the setting.
func TestSettingsAreKnown(t *testing.T) {
	t.Parallel()
	count := 0
	for _, p := range parts {
		definition(t, p).each(nil, func(path []string, property *schema) {
			count++
			value := property.Default
			if value == nil {
				value = example(property)
			}
			with, err := decode(p, wrap(path, value))
			require.NoError(t, err, path)
			if property.Default == nil {
				return
			}
			without, err := decode(p, wrap(path[:len(path)-1], map[string]any{}))
			require.NoError(t, err, path)
			assert.Equal(t, without, with, "%s: %v is not the default", path, value)

			_, err = decode(p, wrap(slices.Concat(path[:len(path)-1], []string{"no_such_key"}), value))
			require.ErrorContains(t, err, "no_such_key", path)
		})
	}
	assert.Greater(t, count, 200)
}

func decode(p part, section any) (any, error) {
	config := p.factory.CreateDefaultConfig()
	return config, confmap.NewFromStringMap(section.(map[string]any)).Unmarshal(config)
}

// wrap puts a value at a path.
func wrap(path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	inner := wrap(path[1:], value)
	switch path[0] {
	case "[]":
		return []any{inner}
	case "*":
		return map[string]any{"name": inner}
	default:
		return map[string]any{path[0]: inner}
	}
}

// example is a value that the schema takes and that is no reference.
func example(s *schema) any {
	switch {
	case s.AnyOf != nil:
		return s.AnyOf[0].Enum[0]
	case strings.HasPrefix(s.Pattern, duration):
		return "1s"
	}
	switch s.Type[0] {
	case "object":
		return map[string]any{}
	case "array":
		return []any{}
	case "boolean":
		return true
	case "integer", "number":
		return 1
	default:
		return "text"
	}
}

// TestSettingsAreInTheSchema looks up the settings of the two files that have all of them, with the defaults that they have there.
func TestSettingsAreInTheSchema(t *testing.T) {
	t.Parallel()
	all, err := os.ReadFile("../config/all-settings.yaml")
	require.NoError(t, err)
	assertSettings(t, definition(t, parts[0]), parse(t, string(all)), "exporters", "segment")

	page, err := os.ReadFile("../docs/receiver.md")
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)```yaml\n([^`]*path_prefix: .*?)```").FindStringSubmatch(string(page))
	require.NotNil(t, block)
	assertSettings(t, definition(t, parts[1]), parse(t, block[1]), "receivers", "segment")
}

func assertSettings(t *testing.T, definition *schema, document any, kind, name string) {
	t.Helper()
	section := document.(map[string]any)[kind].(map[string]any)[name].(map[string]any)
	known := map[string]*schema{}
	definition.each(nil, func(path []string, property *schema) { known[strings.Join(path, confmap.KeyDelimiter)] = property })
	for path, value := range confmap.NewFromStringMap(section).ToStringMap() {
		assertSetting(t, known, path, value)
	}
}

func assertSetting(t *testing.T, known map[string]*schema, path string, value any) {
	t.Helper()
	property := known[path]
	if !assert.NotNil(t, property, path) {
		return
	}
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			assertSetting(t, known, path+confmap.KeyDelimiter+key, inner)
		}
		return
	case []any:
		if len(value) == 0 {
			assert.Nil(t, property.Default, path)
			return
		}
	case string:
		if value == "" || strings.HasPrefix(value, "${") {
			assert.Nil(t, property.Default, path)
			return
		}
	}
	if path == "oauth::enabled" {
		// It is on where the section is there.
		return
	}
	assert.Equal(t, normal(value), normal(property.Default), path)
}

// normal makes a text of a default, in which 60s and 1m are the same.
func normal(value any) string {
	if d, err := time.ParseDuration(fmt.Sprint(value)); err == nil {
		return d.String()
	}
	return fmt.Sprint(value)
}
