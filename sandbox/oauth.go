package sandbox

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// maxOAuthBodyBytes is much more than an assertion needs.
const maxOAuthBodyBytes = 64 << 10

// authServer stands in for Segment's authorization server.
type authServer struct {
	keys         *keyFile
	clientID     string                 // empty: any
	keyID        atomic.Pointer[string] // empty: any
	lifetime     time.Duration
	tokens       *expiring
	assertionIDs *expiring
}

func newAuthServer(cfg *OAuthConfig, logger *zap.Logger) (*authServer, error) {
	keys, err := openKeyFile(cfg.PublicKeyFile, logger)
	if err != nil {
		return nil, err
	}
	s := &authServer{
		keys:     keys,
		clientID: cfg.ClientID,
		lifetime: cfg.TokenLifetime,
		tokens:   newExpiring(cfg.TokenLifetime, maxRemembered),
		// No assertion is valid for longer after it was seen.
		assertionIDs: newExpiring(maxAssertionLifetime+clockLeeway, maxRemembered),
	}
	s.keyID.Store(&cfg.KeyID)
	return s, nil
}

// issue makes a token that says nothing about the client.
func (s *authServer) issue() string {
	token := rand.Text()
	s.tokens.add(token)
	return token
}

// checkToken refuses uploads without a token of this sandbox.
func (s *authServer) checkToken(r *http.Request) *refusal {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return &refusal{http.StatusUnauthorized, invalidToken, "there is no Bearer token in the header"}
	}
	if !s.tokens.has(token) {
		return &refusal{http.StatusUnauthorized, invalidToken, "the token is unknown, expired or revoked"}
	}
	return nil
}

// withOAuth returns a handler that needs the authorization server, or one that answers 404 when there is none.
func (a *api) withOAuth(handler http.HandlerFunc) http.HandlerFunc {
	if a.oauth != nil {
		return handler
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		(&refusal{http.StatusNotFound, "oauth_off", "oauth is not configured in this sandbox"}).write(w)
	}
}

// putOAuth takes {"key_id": "…"}: what an operator of Segment can change while clients run.
func (a *api) putOAuth(w http.ResponseWriter, r *http.Request) {
	var settings struct {
		KeyID *string `json:"key_id"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOAuthBodyBytes)).Decode(&settings)
	if err != nil || settings.KeyID == nil {
		(&refusal{http.StatusBadRequest, "invalid_settings", `the body must be like {"key_id": "…"}`}).write(w)
		return
	}
	a.oauth.keyID.Store(settings.KeyID)
	w.WriteHeader(http.StatusNoContent)
}

func (a *api) deleteTokens(w http.ResponseWriter, _ *http.Request) {
	a.oauth.tokens.clear()
	w.WriteHeader(http.StatusNoContent)
}
