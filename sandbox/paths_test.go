package sandbox

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDocumentedPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/v1/batch": "/v1/batch", "/v1/import/": "/v1/import", "/b": "/v1/b", "/t/": "/v1/t", "/page": "/v1/page",
		"/pixel/track/": "/v1/pixel/track", "/v1/pixel/dance": "/v1/pixel/dance",
		"/token": "/token", "/token/": "/token/", "/v1/other/": "/v1/other/", "/v1/batch//": "/v1/batch//", "/": "/", "": "", "batch": "batch",
	} {
		assert.Equal(t, want, documentedPath(path), path)
	}
}

func TestUploadPaths(t *testing.T) {
	t.Parallel()
	types := map[string]string{"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias"}
	s := startSandbox(t)
	for _, prefix := range []string{"/v1/", "/"} {
		for _, end := range []string{"", "/"} {
			for path, channel := range map[string]string{"batch": "server", "import": "server", "b": "client"} {
				takes(t, s, prefix+path+end, batch(`{"type":"track"}`), "track", channel)
			}
			for letter, typ := range types {
				takes(t, s, prefix+letter+end, `{"writeKey":"demo-write-key","type":"dance"}`, typ, "client")
				takes(t, s, prefix+typ+end, `{"writeKey":"demo-write-key"}`, typ, "server")
			}
		}
	}
}

// takes uploads one message, and says what the sandbox says of it.
func takes(t *testing.T, s sandbox, path, body, typ, channel string) {
	status, answer, _ := s.do(http.MethodPost, path, body)
	assert.Equal(t, 200, status, path)
	assert.JSONEq(t, `{"success":true}`, answer)
	list := s.messages("?type=" + typ).Messages
	require.NotEmpty(t, list, path)
	last := list[len(list)-1]
	assert.Equal(t, path, last.Path)
	assert.Equal(t, channel, last.Channel, path)
	s.do(http.MethodDelete, "/api/messages", "")
}
