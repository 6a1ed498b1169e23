package httpclient

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestValidateEndpoint(t *testing.T) {
	t.Parallel()
	const (
		noURL   = "endpoint: must be an http:// or https:// URL"
		noLogin = "endpoint: must have no user or password, the login"
		noQuery = "endpoint: must have neither query nor fragment, because /path is added to its path"
	)
	for endpoint, expected := range map[string]string{
		"":                      "",
		"http://localhost:9100": "",
		"https://host/proxy/":   "",
		"host":                  noURL,
		"ftp://host":            noURL,
		"https:///path":         noURL,
		"http://u:secret@a b":   noURL,
		"https://secret:@host":  noLogin,
		"https://secret@host":   noLogin,
		"https://host/?":        noQuery,
		"https://host/#":        noQuery,
		"https://host/?secret":  noQuery,
	} {
		err := ValidateEndpoint(endpoint, "/path", "the login")
		if expected == "" {
			assert.NoError(t, err, endpoint)
		} else {
			assert.EqualError(t, err, expected, endpoint)
		}
	}
}
