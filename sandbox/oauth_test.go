package sandbox

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.uber.org/zap"
)

// authTest is an API with OAuth on, asked without a server.
type authTest struct {
	t       testing.TB
	api     *api
	handler http.Handler
	keyFile string
}

func newAuthTest(tb testing.TB, edit func(*OAuthConfig)) authTest {
	keyFile := filepath.Join(tb.TempDir(), "keys.pem")
	writeFile(tb, keyFile, pkix(tb, &keyOne().PublicKey))
	cfg := testConfig()
	oauth := cfg.OAuth.GetOrInsertDefault()
	oauth.PublicKeyFile = keyFile
	if edit != nil {
		edit(oauth)
	}
	api, err := newAPI(cfg, zap.NewNop())
	require.NoError(tb, err)
	return authTest{tb, api, api.routes(), keyFile}
}

func (a authTest) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	if strings.HasPrefix(path, "/") {
		path = testURL + path
	}
	r := httptest.NewRequestWithContext(a.t.Context(), method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	return w
}

func (a authTest) upload(token string) int {
	return a.do(http.MethodPost, "/v1/batch", batch(track("1", "")), "Authorization", "Bearer "+token).Code
}

func TestUploadsNeedAToken(t *testing.T) {
	t.Parallel()
	a := newAuthTest(t, nil)
	a.api.writeKeys = []configopaque.String{"demo-write-key"}
	token := a.token()
	for _, authorization := range []string{"Bearer " + token, "bearer " + token} {
		w := a.do(http.MethodPost, "/v1/batch", batch(track("1", "")), "Authorization", authorization)
		assert.Equal(t, 200, w.Code, w.Body)
	}
	for _, authorization := range []string{
		"", "Bearer", "Bearer ", "Bearer  " + token, "Bearer " + token[1:], "Bearer " + token + " ", token,
		"Basic " + token, basic("demo-write-key"),
	} {
		w := a.do(http.MethodPost, "/v1/batch", batch(track("2", "")), "Authorization", authorization)
		assert.Equal(t, 401, w.Code, authorization)
		assert.Equal(t, `Bearer error="invalid_token"`, w.Header().Get("WWW-Authenticate"))
		assert.Contains(t, w.Body.String(), `"code":"invalid_token"`)
		assert.NotContains(t, w.Body.String(), token[1:])
	}
	w := a.do(http.MethodPost, "/v1/batch", "no JSON", "Authorization", "Bearer x")
	assert.Equal(t, 401, w.Code, "a stranger learns nothing about the body")

	// The write key still counts, and a refusal because of it is no reason for another token.
	for body, code := range map[string]string{
		`{"batch":[]}`:                      "missing_write_key",
		`{"batch":[],"writeKey":"another"}`: "unknown_write_key",
	} {
		w := a.do(http.MethodPost, "/v1/batch", body, "Authorization", "Bearer "+token)
		assert.Equal(t, 401, w.Code)
		assert.Contains(t, w.Body.String(), code)
		assert.Empty(t, w.Header().Get("WWW-Authenticate"))
	}
	assert.Equal(t, map[string]int{"200": 2, "401": 12}, a.api.store.statistics().Requests)
	records, _ := a.api.store.since(0)
	assert.Len(t, records, 1)
}

func TestTokenExpires(t *testing.T) {
	t.Parallel()
	keyOne() // not in the bubble, where nothing may outlive it
	synctest.Test(t, func(t *testing.T) {
		a := newAuthTest(t, func(cfg *OAuthConfig) { cfg.TokenLifetime = time.Hour })
		token := a.token()
		time.Sleep(time.Hour - time.Second)
		assert.Equal(t, 200, a.upload(token))
		time.Sleep(time.Second)
		assert.Equal(t, 401, a.upload(token))
		assert.Equal(t, 200, a.upload(a.token()))
	})
}

func TestRevokeTokens(t *testing.T) {
	t.Parallel()
	a := newAuthTest(t, nil)
	first, second := a.token(), a.token()
	w := a.do(http.MethodDelete, "/api/tokens", "")
	assert.Equal(t, 204, w.Code)
	assert.Empty(t, w.Body.String())
	assert.Equal(t, 401, a.upload(first))
	assert.Equal(t, 401, a.upload(second))
	assert.Equal(t, 200, a.upload(a.token()))
}

func TestDeleteMessagesKeepsTokens(t *testing.T) {
	t.Parallel()
	a := newAuthTest(t, nil)
	token := a.token()
	assert.Equal(t, map[string]int{"200": 1}, a.api.store.statistics().TokenRequests)
	a.do(http.MethodDelete, "/api/messages", "")
	assert.Empty(t, a.api.store.statistics().TokenRequests)
	assert.Equal(t, 200, a.upload(token))
}

func TestChangeKeyID(t *testing.T) {
	t.Parallel()
	a := newAuthTest(t, func(cfg *OAuthConfig) { cfg.KeyID = "old" })
	assert.Contains(t, a.refusal(), "kid: is not the key_id of the sandbox")
	for _, body := range []string{"", "{}", "[]", `{"key_id":null}`, `{"key_id":7}`, `{"key_id":"` + strings.Repeat("x", maxOAuthBodyBytes) + `"}`} {
		w := a.do(http.MethodPut, "/api/oauth", body)
		assert.Equal(t, 400, w.Code, body)
		assert.Contains(t, w.Body.String(), "invalid_settings")
	}
	assert.Contains(t, a.refusal(), "kid: is not the key_id of the sandbox")

	for _, body := range []string{`{"key_id":"key-id"}`, `{"key_id":""}`} {
		w := a.do(http.MethodPut, "/api/oauth", body)
		assert.Equal(t, 204, w.Code, w.Body)
		assert.Equal(t, 200, a.upload(a.token()))
	}
}

func TestOAuthIsOff(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	for path, method := range map[string]string{"/token": "POST", "/api/oauth": "PUT", "/api/tokens": "DELETE"} {
		status, answer, _ := s.do(method, path, "")
		assert.Equal(t, 404, status)
		assert.JSONEq(t, `{"success":false,"code":"oauth_off","message":"oauth is not configured in this sandbox",`+
			`"error":{"code":"oauth_off","message":"oauth is not configured in this sandbox"}}`, answer)
	}
	assert.Empty(t, s.stats().TokenRequests)
}

func TestOAuthOverHTTP(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	path := filepath.Join(t.TempDir(), "keys.pem")
	cfg.OAuth = configoptional.Some(OAuthConfig{PublicKeyFile: path, TokenLifetime: time.Hour})
	ext := newExtension(cfg, componenttest.NewNopTelemetrySettings())
	require.ErrorContains(t, ext.Start(t.Context(), componenttest.NewNopHost()), "oauth: public_key_file: open ")
	require.NoError(t, ext.Shutdown(t.Context()))

	writeFile(t, path, pkix(t, &keyOne().PublicKey))
	s := runSandbox(t, cfg)
	status, answer, _ := s.do(http.MethodPost, "/token", form(sign(t, claims(s.url))), "Content-Type", formType)
	require.Equal(t, 200, status, answer)
	status, answer, _ = s.do(http.MethodPost, "/v1/batch", batch(track("1", "")), "Authorization", "Bearer "+accessToken(t, answer))
	assert.Equal(t, 200, status, answer)

	status, answer, _ = s.do(http.MethodPost, "/token", "x", "Content-Type", formType, "Content-Encoding", "gzip")
	assert.Equal(t, 400, status)
	assert.Contains(t, answer, `"error":"invalid_request"`)
	status, _, header := s.do(http.MethodGet, "/token", "")
	assert.Equal(t, 405, status)
	assert.Equal(t, "POST", header.Get("Allow"))
	assert.Equal(t, map[string]int{"200": 1, "400": 1}, s.stats().TokenRequests)
}

func TestConcurrentTokens(t *testing.T) {
	t.Parallel()
	const clients = 8
	a := newAuthTest(t, nil)
	shared := sign(t, claims(testURL)) // good for one of them
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			assert.Equal(t, 200, a.upload(a.token()))
			a.postToken(form(shared))
			writeFile(t, a.keyFile, pkix(t, &keyOne().PublicKey)+pkix(t, &keyTwo().PublicKey))
			a.do(http.MethodPut, "/api/oauth", `{"key_id":"key-id"}`)
		})
	}
	wg.Wait()
	assert.Equal(t, map[string]int{"200": clients + 1, "401": clients - 1}, a.api.store.statistics().TokenRequests)
}
