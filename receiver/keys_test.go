package receiver

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestKeys has the places of a write key, in the order in which they count.
func TestKeys(t *testing.T) {
	t.Parallel()
	g := start(t, with(func(c *Config) {
		c.Sources = []SourceConfig{{Name: "a", WriteKey: "keyA\n"}, {Name: "b", WriteKey: "keyB"}, {Name: "c", WriteKey: "keyC"}}
	}))
	const noKey, inBody = `{"batch":[{"type":"track","event":"A","writeKey":"keyB"}]}`, `{"batch":[` + track + `],"writeKey":"keyB"}`
	for name, test := range map[string]struct {
		query, body, header string
		source              string // "" for an answer of 401
	}{
		"header":                    {"?writeKey=keyC", inBody, basic("keyA:"), "a"},
		"header with a password":    {"", noKey, basic("keyA:secret"), "a"},
		"header without a colon":    {"", noKey, basic("keyA"), "a"},
		"header without padding":    {"", noKey, "Authorization: basic a2V5QTo", "a"},
		"unknown in the header":     {"?writeKey=keyC", inBody, basic("other:"), ""},
		"header without a user":     {"", inBody, basic(":"), "b"},
		"header that is not base64": {"", inBody, "Authorization: Basic keyA:", "b"},
		"body":                      {"?writeKey=keyC", inBody, "", "b"},
		"body, and a token":         {"", inBody, "Authorization: Bearer keyA", "b"},
		"a token alone":             {"", noKey, "Authorization: Bearer keyA", ""},
		"query":                     {"?writeKey=keyC", noKey, "", "c"},
		"element only":              {"", noKey, "", ""},
		"a part of a key":           {"", noKey, basic("key:"), ""},
		"a key with more":           {"", noKey, basic("keyAA:"), ""},
		"a key in another case":     {"", noKey, basic("KEYA:"), ""},
	} {
		g.sink.Reset()
		var headers []string
		if test.header != "" {
			headers = append(headers, test.header)
		}
		r := g.post("/v1/batch"+test.query, test.body, headers...)
		if test.source == "" {
			assert.Equal(t, http.StatusUnauthorized, r.status, name)
			assert.Empty(t, g.sink.AllLogs(), name)
			continue
		}
		assert.Equal(t, http.StatusOK, r.status, name)
		assert.Equal(t, map[string]any{"segment.source": test.source}, g.resource(), name)
	}
}

func (g *rig) resource() map[string]any {
	g.t.Helper()
	assert.Len(g.t, g.sink.AllLogs(), 1)
	logs := g.sink.AllLogs()[0]
	assert.Equal(g.t, 1, logs.ResourceLogs().Len())
	return logs.ResourceLogs().At(0).Resource().Attributes().AsRaw()
}

// TestForwardWriteKey gives keys to an exporter that needs them.
func TestForwardWriteKey(t *testing.T) {
	t.Parallel()
	g := start(t, with(func(c *Config) { c.ForwardWriteKey = true }))
	assert.Equal(t, http.StatusOK, g.post("/v1/track", track, basic("any:")).status)
	assert.Equal(t, map[string]any{"segment.write_key": "any"}, g.resource())

	g = start(t)
	assert.Equal(t, http.StatusOK, g.post("/v1/track", track, basic("any:")).status)
	assert.Empty(t, g.resource(), "a key is in no record")
}
