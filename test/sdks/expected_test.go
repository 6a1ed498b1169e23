package sdks

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// expected is what every example sends. A placeholder in angle brackets stands for text that differs from run to run.
type expected struct {
	Messages    map[string]map[string]any `json:"messages"`
	Differences []difference              `json:"differences"`
}

// difference is what the messages of one language have instead.
type difference struct {
	Language string   `json:"language"`
	Reason   string   `json:"reason"`
	Messages []string `json:"messages"` // their keys; all messages when it is empty
	// Merge is a JSON merge patch (RFC 7386).
	Merge map[string]any `json:"merge"`
}

var placeholders = map[string]string{
	"<id>":       `otel-[0-9a-f]{32}`,
	"<time>":     `20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ`,
	"<trace id>": `[0-9a-f]{32}`,
	"<span id>":  `[0-9a-f]{16}`,
	"<version>":  `\d+\.\d+\.\d+[-.\w]*`,
	"<port>":     `\d+`,
	"<platform>": `Linux|macOS|Windows`,
	"<brands>":   `\[.*{"brand":"Chromium","version":"\d+"}.*\]`,
	"<agent>":    `Mozilla/5\.0 .*Chrome/.*`,
}

var placeholder = regexp.MustCompile(`<[a-z ]+>`)

func readExpected(t *testing.T) expected {
	t.Helper()
	content, err := os.ReadFile("expected.json")
	require.NoError(t, err)
	var e expected
	require.NoError(t, json.Unmarshal(content, &e))
	return e
}

func (e expected) compare(t *testing.T, language string, list []received) {
	t.Helper()
	want, err := e.of(language)
	require.NoError(t, err)
	got := map[string]map[string]any{}
	ids := map[any]bool{}
	for _, r := range list {
		assert.Empty(t, r.Violations, "%v", r.Message)
		ids[r.Message["messageId"]] = true
		k := key(r.Message)
		got[k] = settle(want[k], r.Message).(map[string]any)
	}
	assert.Len(t, ids, len(list), "message ids")
	assert.Equal(t, want, got)
}

// of is what a language sends, by the key of the message. A difference that changes nothing is an error.
func (e expected) of(language string) (map[string]map[string]any, error) {
	result := maps.Clone(e.Messages)
	for _, d := range e.Differences {
		if d.Language != language {
			continue
		}
		names := d.Messages
		if len(names) == 0 {
			names = slices.Collect(maps.Keys(result))
		}
		for _, k := range names {
			merged := merge(result[k], d.Merge).(map[string]any)
			if assert.ObjectsAreEqual(result[k], merged) {
				return nil, fmt.Errorf("%s: a difference changes nothing, so it is stale: %s", k, d.Reason)
			}
			result[k] = merged
		}
	}
	return result, nil
}

// key is the type of a message, and for a track its event too.
func key(message map[string]any) string {
	if event, ok := message["event"]; ok {
		return fmt.Sprint(message["type"], " ", event)
	}
	return fmt.Sprint(message["type"])
}

// settle returns what was received, with placeholders in the places of the text that they stand for.
func settle(want, got any) any {
	switch g := got.(type) {
	case map[string]any:
		if w, ok := want.(map[string]any); ok {
			result := map[string]any{}
			for k, v := range g {
				result[k] = settle(w[k], v)
			}
			return result
		}
	case []any:
		if w, ok := want.([]any); ok && len(w) == len(g) {
			result := make([]any, len(g))
			for i, v := range g {
				result[i] = settle(w[i], v)
			}
			return result
		}
	}
	if pattern, ok := want.(string); ok && matches(pattern, got) {
		return pattern
	}
	return got
}

// matches says whether a value fits a text with placeholders. A value that is no string is compared as JSON.
func matches(pattern string, got any) bool {
	text, ok := got.(string)
	if !ok {
		encoded, err := json.Marshal(got)
		if err != nil {
			return false
		}
		text = string(encoded)
	}
	var expression strings.Builder
	rest := pattern
	for at := placeholder.FindStringIndex(rest); at != nil; at = placeholder.FindStringIndex(rest) {
		expression.WriteString(regexp.QuoteMeta(rest[:at[0]]))
		name := rest[at[0]:at[1]]
		if p, ok := placeholders[name]; ok {
			expression.WriteString("(?:" + p + ")")
		} else {
			expression.WriteString(regexp.QuoteMeta(name))
		}
		rest = rest[at[1]:]
	}
	expression.WriteString(regexp.QuoteMeta(rest))
	return regexp.MustCompile("^" + expression.String() + "$").MatchString(text)
}

// merge applies a JSON merge patch (RFC 7386) to a copy of target.
func merge(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	result := map[string]any{}
	if t, ok := target.(map[string]any); ok {
		maps.Copy(result, t)
	}
	for k, v := range p {
		if v == nil {
			delete(result, k)
		} else {
			result[k] = merge(result[k], v)
		}
	}
	return result
}

func TestDifferences(t *testing.T) {
	e := expected{
		Messages: map[string]map[string]any{
			"alias": {"type": "alias", "messageId": "<id>"},
			"page":  {"type": "page", "context": map[string]any{"a": "b"}},
		},
		Differences: []difference{
			{Language: "one", Messages: []string{"page"}, Merge: map[string]any{"context": map[string]any{"a": nil, "c": "d"}}},
			{Language: "two", Reason: "none", Messages: []string{"page"}, Merge: map[string]any{"context": map[string]any{"a": "b"}}},
		},
	}
	got, err := e.of("one")
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"c": "d"}, got["page"]["context"])
	assert.Equal(t, map[string]any{"a": "b"}, e.Messages["page"]["context"])

	_, err = e.of("two")
	require.EqualError(t, err, "page: a difference changes nothing, so it is stale: none")
}

func TestDifferencesAreOfAnExample(t *testing.T) {
	var languages []string
	for _, e := range examples {
		languages = append(languages, e.language)
	}
	e := readExpected(t)
	for _, d := range e.Differences {
		assert.Contains(t, languages, d.Language)
		assert.NotEmpty(t, d.Reason)
		for _, m := range d.Messages {
			assert.Contains(t, e.Messages, m)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	for want, got := range map[string]any{
		"http://localhost:<port>/a?b": "http://localhost:80/a?b",
		"<brands>":                    []any{map[string]any{"brand": "Chromium", "version": "1"}},
	} {
		assert.Equal(t, want, settle(want, got))
	}
	for want, got := range map[string]any{
		"http://localhost:<port>/a?b": "http://localhost:80/ab",
		"<id>":                        "otel-0",
		"<no placeholder>":            "",
		"<time>":                      nil,
	} {
		assert.Equal(t, got, settle(want, got))
	}
}
