package sandbox

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func form(assertion string) string {
	return url.Values{
		"grant_type":            {"client_credentials"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {assertion},
		"scope":                 {"tracking_api:write"},
	}.Encode()
}

func accessToken(tb testing.TB, answer string) string {
	var g grant
	require.NoError(tb, json.Unmarshal([]byte(answer), &g))
	require.NotEmpty(tb, g.AccessToken)
	return g.AccessToken
}

func (a authTest) postToken(body string) *httptest.ResponseRecorder {
	return a.do(http.MethodPost, "/token", body, "Content-Type", formType)
}

// token gets a token with a new assertion.
func (a authTest) token() string {
	w := a.postToken(form(sign(a.t, claims(testURL))))
	require.Equal(a.t, 200, w.Code, w.Body)
	return accessToken(a.t, w.Body.String())
}

// refusal is the answer to a new assertion that must not be granted.
func (a authTest) refusal() string {
	w := a.postToken(form(sign(a.t, claims(testURL))))
	require.Equal(a.t, 401, w.Code, w.Body)
	return w.Body.String()
}

func TestToken(t *testing.T) {
	t.Parallel()
	a := newAuthTest(t, func(cfg *OAuthConfig) { cfg.TokenLifetime = 90*time.Second + time.Millisecond })
	w := a.do(http.MethodPost, "/token?scope=ignored", form(sign(t, claims(testURL))), "Content-Type", formType+"; charset=utf-8")
	assert.Equal(t, 200, w.Code)
	assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
	token := accessToken(t, w.Body.String())
	assert.JSONEq(t, `{"access_token":"`+token+`","token_type":"Bearer","expires_in":90,"scope":"tracking_api:write"}`, w.Body.String())
	assert.Equal(t, 200, a.upload(token))
	assert.NotEqual(t, token, a.token())
}

// TestFormRefusals sends a valid assertion each time, and uses it in the end: no refusal before has used it up.
func TestFormRefusals(t *testing.T) {
	t.Parallel()
	a := newAuthTest(t, nil)
	valid := form(sign(t, claims(testURL)))
	with := func(name string, values ...string) string {
		fields, err := url.ParseQuery(valid)
		require.NoError(t, err)
		fields[name] = values
		return fields.Encode()
	}
	requests := map[string]int{}
	for _, tt := range []struct {
		body, contentType string
		status            string
		code, description string
	}{
		{valid, "", "415", "invalid_request", "the content type must be application/x-www-form-urlencoded"},
		{valid, "application/json", "415", "invalid_request", "the content type must be application/x-www-form-urlencoded"},
		{valid, ";", "415", "invalid_request", "the content type must be application/x-www-form-urlencoded"},
		{valid + strings.Repeat("&x=y", 20_000), formType, "400", "invalid_request", "the body cannot be read: http: request body too large"},
		{valid + "&%zz", formType, "400", "invalid_request", "the body is not form-encoded"},
		{"", formType, "400", "invalid_request", "grant_type: is missing"},
		{with("grant_type", ""), formType, "400", "invalid_request", "grant_type: is missing"},
		{with("grant_type", grantType, grantType), formType, "400", "invalid_request", "grant_type: is there more than once"},
		{with("grant_type", "password"), formType, "400", "unsupported_grant_type", "grant_type: must be client_credentials"},
		{with("client_assertion_type"), formType, "400", "invalid_request", "client_assertion_type: is missing"},
		{with("client_assertion_type", "jwt"), formType, "401", "invalid_client", "client_assertion_type: must be " + assertionType},
		{with("client_assertion"), formType, "400", "invalid_request", "client_assertion: is missing"},
		{with("client_assertion", "a", "b"), formType, "400", "invalid_request", "client_assertion: is there more than once"},
		{with("scope"), formType, "400", "invalid_scope", "scope: must be tracking_api:write"},
		{with("scope", "tracking_api:write tracking_api:read"), formType, "400", "invalid_scope", "scope: must be tracking_api:write"},
		{with("scope", scope, scope), formType, "400", "invalid_request", "scope: is there more than once"},
	} {
		requests[tt.status]++
		w := a.do(http.MethodPost, "/token", tt.body, "Content-Type", tt.contentType)
		assert.JSONEq(t, `{"error":"`+tt.code+`","error_description":"`+tt.description+`"}`, w.Body.String())
		assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	}
	assert.Equal(t, requests, a.api.store.statistics().TokenRequests)
	assert.Equal(t, 200, a.postToken(valid).Code)
}

// descriptionForm has the characters that RFC 6749 allows.
var descriptionForm = regexp.MustCompile(`^[\x20\x21\x23-\x5b\x5d-\x7e]+$`)

func FuzzToken(f *testing.F) {
	a := newAuthTest(f, nil)
	valid := sign(f, claims(testURL))
	f.Add(formType, []byte(form(valid)))
	f.Add(formType, []byte(form(valid[:len(valid)/2])))
	f.Add(formType+"; charset=utf-8", []byte(form("e30.e30.e30")))
	f.Add("application/json", []byte(`{"grant_type":"client_credentials"}`))
	f.Add(formType, []byte("grant_type=client_credentials&grant_type=%zz;"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		a := a
		a.t = t
		w := a.do(http.MethodPost, "/token", string(body), "Content-Type", contentType)
		require.Contains(t, []int{200, 400, 401, 415}, w.Code)
		var answer map[string]any
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
		if w.Code == http.StatusOK {
			require.NotEmpty(t, answer["access_token"])
		} else {
			require.NotEmpty(t, answer["error"])
			require.Regexp(t, descriptionForm, answer["error_description"])
		}
	})
}
