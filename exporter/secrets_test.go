package exporter

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension/extensionauth"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
)

// TestNoSecretInLogsAndErrors has servers that repeat what they were sent, in every kind of failure, and reads all that
// the exporter says.
func TestNoSecretInLogsAndErrors(t *testing.T) {
	t.Parallel()
	const payload, headerSecret = "Secret-Payload", `Token token="Secret-Header"`
	servers := map[string]func(http.ResponseWriter, int, upload){
		"no HTTP": func(w http.ResponseWriter, _ int, r upload) {
			sayRaw(t, w, "HTTP/1.1 200 OK\r\n"+r.header.Get("Authorization")+" "+testKey+"\r\n\r\n")
		},
		"trailer": func(w http.ResponseWriter, _ int, r upload) {
			sayRaw(t, w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"+
				r.header.Get("Authorization")+" "+testKey+" "+r.header.Get("X-Api-Key")+"\r\n\r\n")
		},
		"quotes": func(w http.ResponseWriter, _ int, r upload) {
			words, _ := json.Marshal(map[string]any{"errors": []any{map[string]string{"got": r.header.Get("X-Api-Key")}}})
			_, _ = w.Write(words)
		},
		"list of errors": func(w http.ResponseWriter, _ int, r upload) {
			_, _ = io.WriteString(w, `{"errors":["`+escaped(testKey)+`",{"got":"`+escaped(r.header.Get("Authorization"))+`"}]}`)
		},
	}
	for _, status := range []int{200, 302, 400, 401, 403, 404, 413, 429, 500, 501, 511} {
		servers[http.StatusText(status)] = func(w http.ResponseWriter, _ int, r upload) {
			_, credential, _ := strings.Cut(r.header.Get("Authorization"), " ")
			w.Header().Set("Location", "/"+credential+"?"+testKey)
			w.WriteHeader(status)
			words, _ := json.Marshal(map[string]any{"success": false, "message": strings.Join([]string{
				"bad key", testKey, r.header.Get("Authorization"), r.header.Get("X-Api-Key"), r.header.Get("X-Token"),
				base64.RawStdEncoding.EncodeToString([]byte(testKey + ":")),
			}, " ")})
			_, _ = w.Write(words)
		}
	}
	for name, answer := range servers {
		for _, withOAuth := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/oauth=%t", name, withOAuth), func(t *testing.T) {
				t.Parallel()
				tokens := newTellTale(t)
				r := newRig(t, newSegment(t, answer).URL, func(s *Settings) {
					s.Client.Headers = configopaque.MapList{{Name: "X-Api-Key", Value: headerSecret}, {Name: "X-Token", Value: "Bearer Secret-Header-2"}}
					if withOAuth {
						withTokens(t, tokens.URL)(s)
					}
				})
				err := r.ConsumeLogs(t.Context(), events(3, func(i int, lr plog.LogRecord) {
					lr.Attributes().PutStr("note", payload)
					if i == 0 {
						lr.Attributes().Remove("user.id")
					}
				}))
				var said strings.Builder
				_, _ = fmt.Fprintln(&said, err)
				for _, line := range r.logs.All() {
					_, _ = fmt.Fprintln(&said, line.Message, line.ContextMap())
				}
				for _, span := range r.telemetry.SpanRecorder.Ended() {
					_, _ = fmt.Fprintln(&said, span.Name(), span.Status(), span.Attributes(), span.Events())
				}
				assert.Contains(t, said.String(), "HTTP POST", "there are no spans")
				assert.Regexp(t, "egment (answered|rejected)|malformed|no access token", said.String())
				secrets := []string{payload, testKey, "Secret-Header", base64.RawStdEncoding.EncodeToString([]byte(testKey + ":")), escaped(testKey), base64.StdEncoding.EncodeToString([]byte(testKey + ":"))}
				for _, secret := range append(secrets, tokens.secrets...) {
					assert.NotContains(t, said.String(), secret)
				}
			})
		}
	}
}

const tellTaleToken = "Secret-Token/0+1~2."

// tellTale is an authorization server that grants one token, and repeats all that it knows when it is asked again.
type tellTale struct {
	*httptest.Server
	// secrets may be read when the pushes have ended.
	secrets []string
}

func newTellTale(t *testing.T) *tellTale {
	t.Helper()
	s := &tellTale{secrets: []string{tellTaleToken, escaped(tellTaleToken)}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assertion := r.FormValue("client_assertion")
		s.secrets = append(s.secrets, assertion)
		if len(s.secrets) == 3 {
			_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"bearer","expires_in":3600}`, tellTaleToken)
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintf(w, `{"error":%q,"error_description":%q}`, assertion, tellTaleToken)
	}))
	t.Cleanup(s.Close)
	return s
}

// sayRaw sends an answer that need not be HTTP, and closes the connection.
func sayRaw(t *testing.T, w http.ResponseWriter, answer string) {
	t.Helper()
	conn, _, err := w.(http.Hijacker).Hijack()
	if assert.NoError(t, err) {
		_, _ = io.WriteString(conn, answer)
		_ = conn.Close()
	}
}

// escaped is the inside of a JSON string, written as nobody does who does not want to hide it.
func escaped(text string) string {
	var s strings.Builder
	for _, r := range text {
		_, _ = fmt.Fprintf(&s, `\u%04x`, r)
	}
	return s.String()
}

// TestRedactionComesBeforeShortening has a key that lies across the end of what is logged.
func TestRedactionComesBeforeShortening(t *testing.T) {
	t.Parallel()
	server := newSegment(t, func(w http.ResponseWriter, _ int, r upload) {
		_, _ = fmt.Fprintf(w, `{"success":false,"message":"%s%s"}`, strings.Repeat("x", 246), r.key)
	})
	r := newRig(t, server.URL, nil)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(1, nil)))
	lines := r.logs.FilterMessage("Segment answered 2xx and rejected the messages").All()
	require.Len(t, lines, 1)
	assert.NotContains(t, lines[0].ContextMap()["answer"], testKey[:4])
}

// TestCredentialsOfAuthenticators do not appear either: the exporter sees them only when they are sent.
func TestCredentialsOfAuthenticators(t *testing.T) {
	t.Parallel()
	server := newSegment(t, nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"success":false,"message":"%s and %s"}`, r.Header.Get("Authorization"), r.Header.Get("X-Api-Key"))
	})
	id := component.MustNewID("authenticator")
	authenticator := struct {
		component.StartFunc
		component.ShutdownFunc
		extensionauth.HTTPClient
	}{HTTPClient: extensionauth.ClientRoundTripperFunc(func(base http.RoundTripper) (http.RoundTripper, error) {
		return authenticated(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.Header.Set("Authorization", "Basic secret-credential")
			r.Header.Set("X-Api-Key", "secret-key")
			return base.RoundTrip(r)
		}), nil
	})}
	r := newUnstartedRig(t, server.URL, func(s *Settings) {
		s.Client.Auth = configoptional.Some(configauth.Config{AuthenticatorID: id})
	})
	r.start(t, extensionsHost{id: authenticator})
	require.NoError(t, r.ConsumeLogs(t.Context(), events(1, nil)))
	lines := r.logs.FilterMessage("Segment answered 2xx and rejected the messages").All()
	require.Len(t, lines, 1)
	assert.Equal(t, "[REDACTED] and [REDACTED]", lines[0].ContextMap()["answer"])
}

type authenticated func(*http.Request) (*http.Response, error)

func (f authenticated) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// extensionsHost is a host with extensions and nothing else.
type extensionsHost map[component.ID]component.Component

func (h extensionsHost) GetExtensions() map[component.ID]component.Component { return h }

// TestRedactedForms are those in which a server, a proxy or the HTTP client can repeat a secret.
func TestRedactedForms(t *testing.T) {
	t.Parallel()
	client := confighttp.NewDefaultClientConfig()
	client.ProxyURL = "http://somebody:pr0xy-Secret@proxy.invalid:3128"
	client.Headers = configopaque.MapList{{Name: "X-Token", Value: `Token token="header-Secret"`}}
	redacter := httpclient.NewRedacter(client, formsOfKey(`key"Secret`)...)
	for _, said := range []string{
		`key"Secret`, `key\"Secret`, `key\\\"Secret`, "pr0xy-Secret",
		base64.StdEncoding.EncodeToString([]byte("somebody:pr0xy-Secret")),
		`Token token="header-Secret"`, `{"got":"Token token=\"header-Secret\""}`,
	} {
		assert.NotContains(t, redacter.Redact("it said "+said), "Secret", said)
		assert.Contains(t, redacter.Redact("it said "+said), "[REDACTED]")
	}
}
