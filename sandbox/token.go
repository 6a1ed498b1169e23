package sandbox

import (
	"io"
	"mime"
	"net/http"
	"net/url"
)

const (
	tokenPath = "/token"

	formType      = "application/x-www-form-urlencoded"
	grantType     = "client_credentials"
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	scope         = "tracking_api:write"
)

// Error codes of RFC 6749, and of RFC 6750 for a token.
const (
	invalidRequest       = "invalid_request"
	invalidClient        = "invalid_client"
	invalidScope         = "invalid_scope"
	unsupportedGrantType = "unsupported_grant_type"
	invalidToken         = "invalid_token"
)

// grant is the answer to a token request.
type grant struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
	Scope       string `json:"scope"`
}

// tokenRefusal is why a token request was not granted, in the form of RFC 6749.
type tokenRefusal struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

// postToken grants or refuses a token. Neither answer may stay in a cache.
func (a *api) postToken(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOAuthBodyBytes))
	f := a.inject(&target{path: tokenPath, body: body})
	if outcome := f.outcome(w, r); outcome != "" {
		a.store.countTokenRequest(outcome)
		f.answer(w, &tokenRefusal{f.Status, injected, injectedMessage})
		return
	}
	if refused := a.oauth.checkTokenRequest(r, body, err); refused != nil {
		a.store.countTokenRequest(f.counted(refused.status))
		f.drop()
		refused.write(w)
		return
	}
	a.store.countTokenRequest(f.counted(http.StatusOK))
	f.drop()
	writeJSON(w, http.StatusOK, grant{
		AccessToken: a.oauth.issue(),
		TokenType:   "Bearer",
		ExpiresIn:   int64(a.oauth.lifetime.Seconds()),
		Scope:       scope,
	})
}

func (t *tokenRefusal) write(w http.ResponseWriter) { writeJSON(w, t.status, t) }

func (s *authServer) checkTokenRequest(r *http.Request, body []byte, readErr error) *tokenRefusal {
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != formType {
		return &tokenRefusal{http.StatusUnsupportedMediaType, invalidRequest, "the content type must be " + formType}
	}
	if readErr != nil {
		return &tokenRefusal{http.StatusBadRequest, invalidRequest, "the body cannot be read: " + readErr.Error()}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return &tokenRefusal{http.StatusBadRequest, invalidRequest, "the body is not form-encoded"}
	}
	if refused := checkForm(form); refused != nil {
		return refused
	}
	if err := s.verify(form.Get("client_assertion"), baseURL(r)); err != nil {
		return &tokenRefusal{http.StatusUnauthorized, invalidClient, err.Error()}
	}
	return nil
}

func checkForm(form url.Values) *tokenRefusal {
	for _, name := range []string{"grant_type", "client_assertion_type", "client_assertion", "scope"} {
		if len(form[name]) > 1 {
			return &tokenRefusal{http.StatusBadRequest, invalidRequest, name + ": is there more than once"}
		}
		if form.Get(name) == "" && name != "scope" { // which has an error of its own
			return &tokenRefusal{http.StatusBadRequest, invalidRequest, name + ": is missing"}
		}
	}
	switch {
	case form.Get("grant_type") != grantType:
		return &tokenRefusal{http.StatusBadRequest, unsupportedGrantType, "grant_type: must be " + grantType}
	case form.Get("client_assertion_type") != assertionType:
		return &tokenRefusal{http.StatusUnauthorized, invalidClient, "client_assertion_type: must be " + assertionType}
	case form.Get("scope") != scope:
		return &tokenRefusal{http.StatusBadRequest, invalidScope, "scope: must be " + scope}
	}
	return nil
}

// baseURL is the address that the client has used, and so the audience that it must name.
func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
