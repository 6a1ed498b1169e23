package main

import (
	"reflect"
	"regexp"
	"strings"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-segment/segmentexporter/internal/strictconf"
)

// describe makes the description of a setting from the comment of its field, in which settings have the names that they have in Go.
func describe(comment string, field reflect.StructField, siblings []reflect.StructField) string {
	comment, _, _ = strings.Cut(comment, "TODO")
	for _, sibling := range siblings {
		key := "`" + strictconf.KeyOf(sibling) + "`"
		name := regexp.QuoteMeta(sibling.Name)
		pattern := `\b` + name + `\b`
		if sibling.Name == field.Name {
			comment = regexp.MustCompile("^`?"+name+"`?\\b").ReplaceAllLiteralString(comment, key)
		}
		if !isWord(sibling.Name) {
			comment = regexp.MustCompile("`?"+pattern+"`?").ReplaceAllLiteralString(comment, key)
		} else {
			// Elsewhere a name of one word can be a word like any other.
			comment = regexp.MustCompile("([a-z,`] )"+pattern).ReplaceAllString(comment, "${1}"+key)
		}
	}
	paragraphs := strings.Split(strings.TrimSpace(comment), "\n\n")
	for i, paragraph := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(paragraph), " ")
	}
	return strings.Join(paragraphs, "\n\n")
}

// isWord says that a name in Go is one word, such as Endpoint or CORS.
func isWord(name string) bool { return regexp.MustCompile(`^[A-Z]([a-z]*|[A-Z]*)$`).MatchString(name) }

// describeValues explains the values of a setting, from the comments of their constants.
func describeValues(constants []constant) string {
	var lines []string
	for _, c := range constants {
		if rest, ok := strings.CutPrefix(c.comment, c.name+" "); ok {
			lines = append(lines, "`"+c.value+"` "+strings.Join(strings.Fields(rest), " "))
		}
	}
	return strings.Join(lines, "\n\n")
}

// unfit are descriptions for settings of the Collector whose comments are none, or speak of something else.
var unfit = map[string]string{
	"keepalive":         "Whether and how long connections are kept open between requests.",
	"tls":               "TLS, as everywhere in the Collector.",
	"tpm::enabled":      "Whether the key of the certificate is in a TPM. Default: false.",
	"tpm::auth":         "The password of the key in the TPM.",
	"tpm::owner_auth":   "The password of the owner of the TPM.",
	"level":             "The level of the compression.",
	"authenticator":     "The extension that authenticates requests.",
	"middlewares[]::id": "The extension that is the middleware.",
}

var versionInBrackets = regexp.MustCompile(`^\[v[0-9.]+\] `)

var defaultOfComment = regexp.MustCompile(`\s*\b[Dd]efault(:| is) [^.]*(\.|$)`)

// describeElsewhere describes a setting that is the Collector's, whose comment is not written for this component.
func (g *generator) describeElsewhere(path, description string, property *schema) string {
	// All sections with this name are the same.
	if note := g.notes[strings.ReplaceAll(path, "::sources::*::oauth::", "::oauth::")]; note != "" {
		return note
	}
	for end, text := range unfit {
		if strings.HasSuffix(path, confmap.KeyDelimiter+end) {
			return text
		}
	}
	if text, is := strings.CutPrefix(description, "Deprecated: "); is {
		// Editors would show a setting that has a deprecation message as an error.
		property.Default, property.DoNotSuggest = nil, true
		return "Deprecated: " + strings.ReplaceAll(versionInBrackets.ReplaceAllString(text, ""), "`.`", confmap.KeyDelimiter)
	}
	switch property.Default {
	case nil:
	case int64(0), "0s":
		// The Collector often means something else by it.
		property.Default = nil
	default:
		description = strings.TrimSpace(defaultOfComment.ReplaceAllString(description, ""))
	}
	return description
}
