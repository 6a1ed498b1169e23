package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "key-one")
	for _, path := range []string{"/v1/projects/key-one/settings", "/v1/projects/key-one/settings/", "/projects/key-one/settings"} {
		status, answer, header := s.do(http.MethodGet, path, "")
		assert.Equal(t, 200, status, path)
		assert.Equal(t, "no-store", header.Get("Cache-Control"))
		assert.JSONEq(t, `{
			"integrations": {"Segment.io": {"apiKey": "key-one", "apiHost": "`+strings.TrimPrefix(s.url, "http://")+`/v1", "protocol": "http"}},
			"plan": {}, "edgeFunction": {}, "middlewareSettings": {}, "metrics": {"sampleRate": 0}, "consentSettings": {}
		}`, answer)
	}
	for path, want := range map[string]int{
		"/v1/projects/other/settings": 404, "/v1/projects/key-one/else": 404, "/v1/projects/%22%3e/settings": 404,
	} {
		status, answer, _ := s.do(http.MethodGet, path, "")
		assert.Equal(t, want, status, path)
		assert.Contains(t, answer, `"code":`)
	}
	status, _, _ := s.do(http.MethodPost, "/v1/projects/key-one/settings", "")
	assert.Equal(t, 405, status)
	assert.Empty(t, s.stats().Requests)
}

func TestLibraryMetrics(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "key-one")
	for _, body := range []string{`{"series":[]}`, "", strings.Repeat("x", 1<<20)} {
		status, answer, _ := s.do(http.MethodPost, "/v1/m", body)
		assert.Equal(t, 200, status)
		assert.JSONEq(t, `{"success":true}`, answer)
	}
	status, _, _ := s.do(http.MethodGet, "/v1/m", "")
	assert.Equal(t, 405, status)
	assert.Empty(t, s.messages("").Messages)
	assert.Empty(t, s.stats().Requests)
}
