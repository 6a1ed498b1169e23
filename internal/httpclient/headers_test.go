package httpclient

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/config/configopaque"
)

func TestHeaders(t *testing.T) {
	t.Parallel()
	const (
		body       = "must not be set, it describes the body, which the exporter writes"
		host       = "must not be set, the host is that of endpoint"
		connection = "must not be set, it is about the connection, which the HTTP client manages; keepalive says whether it is kept"
		answer     = "must not be set, the exporter may not understand the answer then"
		noName     = "must be the name of a header, such as X-Team"
	)
	for name, problem := range map[string]string{
		"X-Team":              "",
		"x_team.1":            "",
		"Accept":              "",
		"Authorization":       "",
		"Cookie":              "",
		"Proxy-Authorization": "",
		"User-Agent":          "",
		"Content-Type":        body,
		"content-encoding":    body,
		"CONTENT-LENGTH":      body,
		"Content-Range":       body,
		"Content-MD5":         body,
		"host":                host,
		"Host":                host,
		"connection":          connection,
		"Keep-Alive":          connection,
		"Proxy-Connection":    connection,
		"TE":                  connection,
		"Trailer":             connection,
		"transfer-encoding":   connection,
		"Upgrade":             connection,
		"accept-encoding":     answer,
		"Expect":              answer,
		"":                    noName,
		"X Team":              noName,
		"X-Team:":             noName,
		"X-Téam":              noName,
		"Content-Type ":       noName,
	} {
		err := validateHeaders(configopaque.MapList{{Name: name, Value: "growth"}})
		if problem == "" {
			assert.NoError(t, err, name)
		} else {
			assert.EqualError(t, err, "headers::"+name+": "+problem)
		}
	}
}

// TestAuthorization has schemes whose credential is missing.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	for value, valid := range map[configopaque.String]bool{
		"Bearer secret": true, "secret": true, "Bearer ": false, "basic": false, " ": false,
	} {
		err := validateHeaders(configopaque.MapList{{Name: "authorization", Value: value}})
		if valid {
			assert.NoError(t, err, string(value))
		} else {
			assert.ErrorContains(t, err, "headers::authorization: has a scheme and no credential")
		}
	}
}

// TestHeaderValues has what net/http refuses at every request.
func TestHeaderValues(t *testing.T) {
	t.Parallel()
	for value, valid := range map[configopaque.String]bool{
		"":             true,
		"a b\tc é":     true,
		"secret\n":     false,
		"secret\x00":   false,
		"secret\x7f":   false,
		"two\r\nlines": false,
	} {
		err := validateHeaders(configopaque.MapList{{Name: "X-Team", Value: value}})
		if valid {
			assert.NoError(t, err, string(value))
		} else {
			assert.EqualError(t, err, "headers::X-Team: must be one line of text, without control characters")
		}
	}
}
