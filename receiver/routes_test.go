package receiver

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otel-segment/segmentexporter/translate"
)

// TestRoutes has every path of the tracking API, in every form in which the libraries write it.
func TestRoutes(t *testing.T) {
	t.Parallel()
	type want struct {
		kind      kind
		typ       string
		channel   translate.Channel
		parameter string
	}
	paths := map[string]want{
		"batch": {kind: batchPath}, "import": {kind: batchPath}, "b": {kind: batchPath, channel: translate.Client},
		"m":                       {kind: telemetryPath},
		"pixel/track":             {kind: pixelPath, channel: translate.Client, parameter: "track"},
		"pixel/nonsense":          {kind: pixelPath, channel: translate.Client, parameter: "nonsense"},
		"projects/KEY-1/settings": {kind: settingsPath, parameter: "KEY-1"},
	}
	for _, typ := range []string{"track", "identify", "page", "screen", "group", "alias"} {
		paths[typ] = want{kind: messagePath, typ: typ}
		paths[typ[:1]] = want{kind: messagePath, typ: typ, channel: translate.Client}
	}
	for _, prefix := range []string{"", "/segment", "/a/b/"} {
		r := newRouter(prefix)
		for path, w := range paths {
			for _, form := range []string{"/v1/", "/", "//v1/", "/v1//"} {
				for _, end := range []string{"", "/", "//"} {
					full := prefix + form + path + end
					found, parameter := r.find(full)
					got := want{found.kind, found.typ, found.channel, parameter}
					assert.Equal(t, w, got, full)
				}
			}
		}
		for _, path := range []string{
			"", "/", "/v1", "/v1/", "/v2/batch", "/v1/v1/batch", "/v1/batch/x", "/v1/Batch", "/v1/pixel", "/v1/pixel/a/b", "/v1/projects/settings",
			"/v1/projects/k/source", "/v1/x/k/settings", "/other/v1/batch",
		} {
			found, _ := r.find(prefix + path)
			assert.Same(t, &other, found, prefix+path)
		}
	}
	found, _ := newRouter("/segment").find("/v1/batch")
	assert.Same(t, &other, found, "a path outside of the prefix")
}

// TestTypes sends the same message to the paths of all types: the type in the path wins.
func TestTypes(t *testing.T) {
	t.Parallel()
	g := start(t, with(func(c *Config) { c.PathPrefix = "/segment" }))
	for _, path := range []string{"/v1/identify", "/identify", "/v1/i/", "//v1/i"} {
		r := g.post("/segment"+path, `{"type":"track","userId":"u","writeKey":"key"}`)
		assert.Equal(t, http.StatusOK, r.status, path)
	}
	records := g.records()
	assert.Len(t, records, 4)
	for _, lr := range records {
		typ, _ := lr.Attributes().Get("segment.type")
		assert.Equal(t, "identify", typ.Str())
	}
}
