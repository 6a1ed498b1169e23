package translate

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestWithoutCredentials cuts user and password wherever a URL can have them, and nothing else.
func TestWithoutCredentials(t *testing.T) {
	t.Parallel()
	for base, expected := range map[string]string{
		"https://user:secret@shop.example/a": "https://shop.example/a",
		"https://user@shop.example":          "https://shop.example",
		"https://a@b:c@shop.example/x@y":     "https://shop.example/x@y",
		"//user:secret@shop.example/a":       "//shop.example/a",
		"user:secret@shop.example/a":         "shop.example/a",
		"https:user:secret@shop.example/a":   "shop.example/a",
		"https://shop.example/user:secret@x": "https://shop.example/user:secret@x",
		"https://shop.example/a//user:b@c":   "https://shop.example/a//user:b@c",
		"/a/user:secret@x":                   "/a/user:secret@x",
		"@user/post":                         "@user/post",
		"":                                   "",
	} {
		assert.Equal(t, expected, withoutCredentials(base), base)
	}
}
