package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"
)

// TestFileIsUpToDate compares the file with the code.
func TestFileIsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := encode(document(t))
	require.NoError(t, err)
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(want, got), "run make generate")
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(file)
	require.NoError(t, err)
	return s
}

// parse reads YAML as the collector does.
func parse(t *testing.T, text string) any {
	t.Helper()
	var document any
	require.NoError(t, yaml.Unmarshal([]byte(text), &document), text)
	return document
}

// problems is what is wrong with a document, each by its path and what the validator says of it.
func problems(t *testing.T, s *jsonschema.Schema, document any) []string {
	t.Helper()
	err := s.Validate(document)
	if err == nil {
		return nil
	}
	var problem *jsonschema.ValidationError
	require.ErrorAs(t, err, &problem)
	return leaves(problem.DetailedOutput())
}

func leaves(unit *jsonschema.OutputUnit) []string {
	var list []string
	for i := range unit.Errors {
		list = append(list, leaves(&unit.Errors[i])...)
	}
	if unit.Error == nil {
		return list
	}
	// A pointer writes ~1 for the slash in a name.
	path := strings.NewReplacer("/", confmap.KeyDelimiter, "~1", "/").Replace(strings.TrimPrefix(unit.InstanceLocation, "/"))
	return append(list, path+": "+unit.Error.String())
}

// each calls visit for all settings below a section. A path has * for a name, and [] for an entry of a list.
func (s *schema) each(path []string, visit func(path []string, property *schema)) {
	for key, property := range s.Properties {
		inside := slices.Concat(path, []string{key})
		visit(inside, property)
		property.each(inside, visit)
	}
	if s.Items != nil {
		s.Items.each(slices.Concat(path, []string{"[]"}), visit)
	}
	if entry, is := s.AdditionalProperties.(*schema); is {
		entry.each(slices.Concat(path, []string{"*"}), visit)
	}
}

var generated = sync.OnceValues(makeDocument)

// document is the schema as it is made.
func document(t *testing.T) *schema {
	t.Helper()
	d, err := generated()
	require.NoError(t, err)
	return d
}

func definition(t *testing.T, p part) *schema {
	t.Helper()
	d := document(t).Definitions[p.definition()]
	require.NotNil(t, d)
	return d
}

// TestDescriptions looks for settings that nothing is said about.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	count := 0
	for _, p := range parts {
		definition(t, p).each([]string{p.definition()}, func(path []string, property *schema) {
			count++
			said, _, _ := strings.Cut(property.Description, "\n\nSee ")
			said, _, _ = strings.Cut(said, "Default: ")
			assert.False(t, strings.TrimSpace(said) == "" || strings.HasPrefix(said, "See "), "%s", path)
			assert.NotContains(t, said, "Unmarshal", "%s: this is for programmers", path)
		})
	}
	assert.Greater(t, count, 200)
}

// TestPagesExist looks for the pages that descriptions name.
func TestPagesExist(t *testing.T) {
	t.Parallel()
	for _, p := range pages {
		file, anchor, _ := strings.Cut(p.page, "#")
		data, err := os.ReadFile("../" + file)
		require.NoError(t, err)
		heading := regexp.MustCompile("(?mi)^#+ " + strings.ReplaceAll(anchor, "-", " "))
		assert.True(t, heading.Match(data), p.page)
	}
}
