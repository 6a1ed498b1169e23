package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/confighttp"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
)

func cleanerOf(secrets ...string) cleaner {
	return cleaner{httpclient.NewRedacter(confighttp.ClientConfig{}), secrets}
}

func TestGoodAnswers(t *testing.T) {
	t.Parallel()
	for body, life := range map[string]time.Duration{
		`{"access_token":"t","token_type":"Bearer","expires_in":86400}`:                        day,
		`{"access_token":"t","token_type":"bearer","expires_in":"86400"}`:                      day,
		`{"access_token":"t","token_type":"BEARER","expires_in":86400.5}`:                      day + time.Second/2,
		`{"access_token":"t","token_type":"Bearer","expires_in":8.64e4,"scope":["x"],"y":{}}`:  day,
		`{"access_token":"t","token_type":"Bearer","expires_in":1,"error":null}`:               time.Second,
		`{"access_token":"t","token_type":"Bearer","expires_in":9007199254740993}`:             maxLife,
		`{"access_token":"t","token_type":"Bearer","expires_in":1e300,"error_description":""}`: maxLife,
	} {
		g, f := readAnswer(http.StatusOK, nil, []byte(body), time.Now(), cleanerOf())
		assert.Nil(t, f, body)
		assert.Equal(t, grant{"t", life}, g, body)
	}
}

// badBodies are no tokens, and what is said about each.
var badBodies = map[string]string{
	"":                           "it is no JSON object of the right types",
	"   ":                        "it is no JSON object of the right types",
	"null":                       "access_token must be text that fits into a header",
	"{}":                         "access_token must be text that fits into a header",
	"[]":                         "it is no JSON object of the right types",
	`[{"access_token":"t"}]`:     "it is no JSON object of the right types",
	`"t"`:                        "it is no JSON object of the right types",
	"42":                         "it is no JSON object of the right types",
	"<html><body>Sign in</body>": "it is no JSON object of the right types",
	"\x1f\x8b\x08\x00":           "it is no JSON object of the right types",
	`{"access_token":"t"`:        "it is no JSON object of the right types",
	`{"access_token":{"a":1}}`:   "it is no JSON object of the right types",
	`{"access_token":7}`:         "it is no JSON object of the right types",
	`{"error":"invalid_client"}`: "the token endpoint answered 200 OK (invalid_client)",
	`{"error":"e",` + tokenBody("t", "bearer", "60")[1:]: "the token endpoint answered 200 OK (e)",
	strings.Repeat(`[`, 100_000):                         "it is no JSON object of the right types",
	tokenBody("t", "mac", "60"):                          "token_type must be bearer",
	tokenBody("t", "", "60"):                             "token_type must be bearer",
	tokenBody("", "bearer", "60"):                        "access_token must be text that fits into a header",
	tokenBody("a b", "bearer", "60"):                     "access_token must be text that fits into a header",
	tokenBody(`a\n`, "bearer", "60"):                     "access_token must be text that fits into a header",
	tokenBody("ü", "bearer", "60"):                       "access_token must be text that fits into a header",
	tokenBody("t", "bearer", "null"):                     "expires_in must be a number of seconds, 1 or more",
	tokenBody("t", "bearer", "0"):                        "expires_in must be a number of seconds, 1 or more",
	tokenBody("t", "bearer", "-5"):                       "expires_in must be a number of seconds, 1 or more",
	tokenBody("t", "bearer", "1e-9"):                     "expires_in must be a number of seconds, 1 or more",
	tokenBody("t", "bearer", "1e999"):                    "expires_in must be a number of seconds, 1 or more",
	tokenBody("t", "bearer", `"NaN"`):                    "it is no JSON object of the right types",
	tokenBody("t", "bearer", `"Inf"`):                    "it is no JSON object of the right types",
	tokenBody("t", "bearer", `"1 h"`):                    "it is no JSON object of the right types",
	tokenBody("t", "bearer", `""`):                       "it is no JSON object of the right types",
	tokenBody("t", "bearer", "true"):                     "it is no JSON object of the right types",
	tokenBody("t", "bearer", "[60]"):                     "it is no JSON object of the right types",
}

func tokenBody(token, tokenType, life string) string {
	return `{"access_token":"` + token + `","token_type":"` + tokenType + `","expires_in":` + life + `}`
}

// TestBadBodies fail their own request, whatever its status, and not the next one.
func TestBadBodies(t *testing.T) {
	for body, expected := range badBodies {
		for status, refused := range map[int]bool{http.StatusOK: false, http.StatusUnauthorized: true, http.StatusBadGateway: false} {
			t.Run(fmt.Sprintf("%d %.40q", status, body), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := &authServer{}
					server.answer = func(n int, _ string) *http.Response {
						if n == 1 {
							return respond(status, body)
						}
						return granted(n, day)
					}
					r := newRig(t, server, nil)
					err := r.wantError(t)
					assert.Equal(t, refused, err.Refused)
					assert.Positive(t, err.After)
					if status == http.StatusOK {
						require.ErrorContains(t, err, expected)
					}
					time.Sleep(err.After)
					assert.Equal(t, "token-2", r.wantToken(t))
				})
			})
		}
	}
}

// endless is a body that counts how much of it is read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	return len(p), nil
}

func (*endless) Close() error { return nil }

func TestHugeBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := &endless{}
		r := newRig(t, &authServer{answer: func(int, string) *http.Response {
			resp := respond(http.StatusOK, "")
			resp.Body = body
			return resp
		}}, nil)
		assert.False(t, r.wantError(t).Refused)
		assert.Equal(t, 1<<20, body.read)
	})
}

func TestCutOffBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &authServer{answer: func(n int, _ string) *http.Response {
			resp := granted(n, day)
			resp.Body = io.NopCloser(io.MultiReader(resp.Body, failing{}))
			return resp
		}}, nil)
		assert.ErrorContains(t, r.wantError(t), "connection reset")
	})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestOutcomeOfEveryStatus(t *testing.T) {
	t.Parallel()
	header := http.Header{"Retry-After": {"3"}}
	for status := 200; status <= 599; status++ {
		expected := OutcomeFailed
		switch {
		case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
			expected = OutcomeThrottled
		case status >= 300 && status <= 499 && status != http.StatusRequestTimeout:
			expected = OutcomeRefused
		}
		_, f := readAnswer(status, header, nil, time.Now(), cleanerOf())
		assert.Equal(t, expected, f.outcome, status)
	}
}

func TestWordsOfTheServer(t *testing.T) {
	t.Parallel()
	body := func(code, description string) []byte {
		data, err := json.Marshal(map[string]string{"error": code, "error_description": description, "access_token": "granted"})
		if err != nil {
			panic(err)
		}
		return data
	}
	const prefix = "the token endpoint answered 400 Bad Request"
	for expected, data := range map[string][]byte{
		prefix:                               body("", ""),
		prefix + " (invalid_scope)":          body("invalid_scope", ""),
		prefix + " (no such scope)":          body("", "no such scope"),
		prefix + " (invalid_scope: no such)": body("invalid_scope", "no such"),
		prefix + " (a [31mb c)":              []byte(`{"error":"a\u001b[31mb\nc"}`),
		prefix + " (bad assertion [REDACTED] and token [REDACTED])": body("", "bad assertion SECRET and token granted"),
		prefix + " (" + strings.Repeat("x", 256) + "…)":             body(strings.Repeat("x", 9000), ""),
		prefix + " (x" + strings.Repeat("é", 127) + "…)":            body("x"+strings.Repeat("é", 200), ""),
		prefix + " (kept)": []byte(`{"error":{"code":1},"error_description":"kept"}`),
	} {
		_, f := readAnswer(http.StatusBadRequest, nil, data, time.Now(), cleanerOf("SECRET", ""))
		assert.Equal(t, expected, f.reason)
	}
}

func TestRedirect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{answer: func(int, string) *http.Response {
			return respond(http.StatusTemporaryRedirect, "", "Location", "https://elsewhere.example/token")
		}}
		r := newRig(t, server, nil)
		err := r.wantError(t)
		assert.True(t, err.Refused)
		require.ErrorContains(t, err, "redirects are not followed, set endpoint to where the authorization server is")
		assert.Equal(t, 1, server.count())
	})
}

// FuzzAnswer finds no token that cannot be used, and no reason that holds a secret, is long or cannot be printed.
func FuzzAnswer(f *testing.F) {
	for body := range badBodies {
		f.Add(200, []byte(body))
		f.Add(401, []byte(body))
	}
	f.Add(200, []byte(tokenBody("t", "bearer", `"60"`)))
	f.Add(400, []byte(`{"error":"invalid_client","error_description":"SECRET\u0007"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		g, fail := readAnswer(status, nil, body, time.Now(), cleanerOf("SECRET"))
		if fail == nil {
			assert.NotEmpty(t, g.token)
			assert.NotContains(t, g.token, "\n")
			assert.GreaterOrEqual(t, g.life, time.Second)
			assert.LessOrEqual(t, g.life, maxLife)
			assert.False(t, status < 200 || status > 299)
			return
		}
		assert.NotContains(t, fail.reason, "SECRET")
		assert.Less(t, len(fail.reason), 500)
		assert.NotContains(t, strings.Map(func(r rune) rune {
			if unicode.IsPrint(r) {
				return -1
			}
			return '!'
		}, fail.reason), "!")
	})
}
