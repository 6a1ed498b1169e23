package sandbox

import (
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPage(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	require.Contains(t, pages, "page/index.html")
	for name, file := range pages {
		require.Contains(t, pageTypes, path.Ext(name), "a browser must be told what %s is", name)
		paths := []string{"/" + name}
		if name == "page/index.html" {
			paths = append(paths, "/", "/?tab=faults")
		}
		for _, path := range paths {
			status, answer, header := s.do(http.MethodGet, path, "")
			assert.Equal(t, 200, status, path)
			assert.Equal(t, string(file.content), answer)
			for key, want := range map[string]string{
				"Content-Type":            file.contentType,
				"Content-Security-Policy": pagePolicy,
				"X-Content-Type-Options":  "nosniff",
				"Referrer-Policy":         "no-referrer",
				"Cache-Control":           "no-cache",
				"ETag":                    file.etag,
			} {
				assert.Equal(t, want, header.Get(key), path)
			}

			status, answer, header = s.do(http.MethodGet, path, "", "If-None-Match", file.etag)
			assert.Equal(t, 304, status)
			assert.Empty(t, answer)
			assert.Equal(t, file.etag, header.Get("ETag"))
			status, _, _ = s.do(http.MethodGet, path, "", "If-None-Match", `"older"`)
			assert.Equal(t, 200, status)
			status, answer, _ = s.do(http.MethodHead, path, "")
			assert.Equal(t, 200, status)
			assert.Empty(t, answer)
			for _, method := range []string{"POST", "PUT", "DELETE"} {
				status, _, header = s.do(method, path, "")
				assert.Equal(t, 405, status)
				assert.Equal(t, "GET, HEAD", header.Get("Allow"))
			}
		}
	}
}

// TestPageNeedsNoException: inline scripts and styles would be refused by the policy, and so would be missing.
func TestPageNeedsNoException(t *testing.T) {
	t.Parallel()
	assert.NotContains(t, pagePolicy, "unsafe")
	index := string(pages["page/index.html"].content)
	for _, inline := range []string{"<style", " style=", " onclick=", "<script>"} {
		assert.NotContains(t, index, inline)
	}
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	for _, path := range []string{
		"/x", "/index.html", "/page/x.js", "/page/%2e%2e/page.go", "/v1", "/v1/other", "/v1/batch/x", "/favicon.ico",
		"/api/", "/api/other", "/api/stats/", "/api/messages/1/2", "/api/faults/1/2",
	} {
		status, answer, header := s.do(http.MethodGet, path, "")
		assert.Equal(t, 404, status, path)
		if strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/v1") {
			assert.Equal(t, "application/json", header.Get("Content-Type"), path)
			assert.Contains(t, answer, "unknown_path")
		} else {
			assert.Contains(t, header.Get("Content-Type"), "text/plain", path)
		}
	}
}
