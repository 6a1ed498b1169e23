package sandbox

import (
	"bytes"
	"encoding/base64"
	"image/gif"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPixel(t *testing.T) {
	t.Parallel()
	const message = `{"writeKey":"demo-write-key","userId":"u","event":"Opened >>>>> ?????"}`
	std, raw := base64.StdEncoding.EncodeToString([]byte(message)), base64.RawStdEncoding.EncodeToString([]byte(message))
	require.Contains(t, std, "/")
	require.Contains(t, std, "+")
	const stored = `{"writeKey":"demo…","userId":"u","event":"Opened >>>>> ?????"}`
	for path, want := range map[string]string{
		"/v1/pixel/track?data=" + url.QueryEscape(std):                                                         stored,
		"/v1/pixel/track?data=" + std:                                                                          stored, // the plus is not escaped
		"/v1/pixel/track?data=" + raw:                                                                          stored,
		"/v1/pixel/track?data=" + base64.URLEncoding.EncodeToString([]byte(message)):                           stored,
		"/v1/pixel/track?data=" + base64.RawURLEncoding.EncodeToString([]byte(message)):                        stored,
		"/pixel/track/?data=" + raw:                                                                            stored,
		"/v1/pixel/track?data=" + base64.StdEncoding.EncodeToString([]byte(`{}`)) + "&writeKey=demo-write-key": `{}`,
		"/v1/pixel/track?writeKey=demo-write-key&userId=u&event=Opened&properties.subject=Hi&properties.a.b=1&properties=x": `{"event":"Opened",` +
			`"properties":{"a":{"b":"1"},"subject":"Hi"},"userId":"u","writeKey":"demo…"}`,
	} {
		s := startSandbox(t, "demo-write-key")
		status, answer, header := s.do(http.MethodGet, path, "")
		assert.Equal(t, 200, status, path)
		assert.Equal(t, "image/gif", header.Get("Content-Type"))
		assert.Equal(t, "no-store", header.Get("Cache-Control"))
		image, err := gif.Decode(bytes.NewReader([]byte(answer)))
		require.NoError(t, err)
		assert.Equal(t, "(0,0)-(1,1)", image.Bounds().String())

		list := s.messages("?type=track").Messages
		require.Len(t, list, 1, path)
		assert.Equal(t, want, string(list[0].Message), path)
		assert.Equal(t, clientChannel, list[0].Channel)
		assert.Equal(t, "demo…", list[0].WriteKey)
		for _, v := range list[0].Violations {
			assert.NotEqual(t, "messageId", v.Field)
		}
	}
}

func TestPixelWithoutMessage(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "demo-write-key")
	for i, path := range []string{
		"/v1/pixel/track", "/v1/pixel/track?data=%25", "/v1/pixel/track?data=e30", "/v1/pixel/track?data=", "/v1/pixel/track?writeKey=other",
		"/v1/pixel/track?data=" + base64.RawURLEncoding.EncodeToString([]byte(`[`)),
		"/v1/pixel/track?writeKey=demo-write-key&a=" + strings.Repeat("x", maxMessageBytes),
		"/v1/pixel/track?writeKey=demo-write-key&a=" + strings.Repeat("x", maxBodyBytes),
	} {
		status, answer, header := s.do(http.MethodGet, path, "")
		assert.Equal(t, 200, status, path)
		assert.Equal(t, pixelImage, answer)
		assert.Equal(t, "image/gif", header.Get("Content-Type"))
		assert.Empty(t, s.messages("").Messages)
		assert.Equal(t, i+1, s.stats().Violations, path)
		assert.Equal(t, map[string]int{"200": i + 1}, s.stats().Requests)
	}
}

func TestPixelOfNoType(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	for _, path := range []string{"/v1/pixel/dance", "/v1/pixel/" + strings.Repeat("x", 1000)} {
		status, answer, _ := s.do(http.MethodGet, path+"?writeKey=demo-write-key&userId=u", "")
		assert.Equal(t, 200, status)
		assert.Equal(t, pixelImage, answer)
	}
	list := s.messages("?type=unknown").Messages
	require.Len(t, list, 2)
	assert.Contains(t, list[0].Violations, violation{"type", "is missing"})
	assert.LessOrEqual(t, len(list[1].Path), maxFieldBytes+len("…"))

	status, _, _ := s.do(http.MethodPost, "/v1/pixel/dance", "{}")
	assert.Equal(t, 405, status)
}

func TestPixelFaults(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	s.setFaults(`[{"path":"/v1/pixel/*","status":500,"only_if_contains":"poison"}]`)
	status, _, _ := s.do(http.MethodGet, "/v1/pixel/track?writeKey=demo-write-key&event=poison", "")
	assert.Equal(t, 500, status)
	status, _, _ = s.do(http.MethodGet, "/v1/pixel/track?writeKey=demo-write-key&event=fine", "")
	assert.Equal(t, 200, status)
}

// TestPixelDepth has names that lead deeper than anyone would go.
func TestPixelDepth(t *testing.T) {
	t.Parallel()
	body, err := pixelMessage(url.Values{strings.Repeat("a.", 100_000): {"x"}})
	require.NoError(t, err)
	assert.Equal(t, maxPixelDepth, strings.Count(string(body), "{"))
}
