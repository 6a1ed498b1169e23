package oauth

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// verify checks the signature with nothing but the standard library, and returns the claims with their numbers as they
// were written.
func verify(t *testing.T, assertion string, key *rsa.PrivateKey) map[string]any {
	t.Helper()
	parts := strings.Split(assertion, ".")
	require.Len(t, parts, 3)
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	require.NoError(t, err)
	hash := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	require.NoError(t, rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, hash[:], signature))
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	require.NoError(t, err)
	assert.JSONEq(t, `{"alg":"RS256","typ":"JWT","kid":"key"}`, string(header))
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	decoder := json.NewDecoder(strings.NewReader(string(payload)))
	decoder.UseNumber()
	var claims map[string]any
	require.NoError(t, decoder.Decode(&claims))
	return claims
}

func TestTokenRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{}
		r := newRig(t, server, func(cfg *Config) {
			cfg.ClientID, cfg.KeyID = "client\n", "key\n"
			cfg.ClientConfig.Endpoint = "https://oauth2.segment.io/token/"
		})
		now := time.Now()
		assert.Equal(t, "token-1", r.wantToken(t))
		r.Invalidate("token-1")
		r.wantToken(t)
		ids := map[any]bool{}
		for _, form := range server.forms {
			claims := verify(t, form.Get("client_assertion"), testKey())
			form.Del("client_assertion")
			assert.Equal(t, "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"+
				"&grant_type=client_credentials&scope=tracking_api%3Awrite", form.Encode())
			assert.Regexp(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, claims["jti"])
			ids[claims["jti"]] = true
			delete(claims, "jti")
			assert.Equal(t, map[string]any{
				"iss": "client",
				"sub": "client",
				"aud": "https://oauth2.segment.io",
				"iat": number(now.Add(-5 * time.Second)),
				"exp": number(now.Add(55 * time.Second)),
			}, claims)
		}
		assert.Len(t, ids, 2, "an id is used once")
	})
}

func number(t time.Time) json.Number { return json.Number(strconv.FormatInt(t.Unix(), 10)) }

// TestOpenSSL compares with an assertion that openssl signed: header and claims in base64url, then
//
//	openssl dgst -sha256 -sign vector_key.pem
//
// in base64url too. RS256 has no randomness in it.
func TestOpenSSL(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join("testdata", "vector_key.pem"))
	require.NoError(t, err)
	key, err := parseKey(content)
	require.NoError(t, err)
	expected, err := os.ReadFile(filepath.Join("testdata", "vector_assertion.txt"))
	require.NoError(t, err)
	s := signer{clientID: "client-1", keyID: "key-1", audience: "https://oauth2.segment.io"}
	assertion, err := s.sign(key, time.Unix(1781524800, 999_999_999), "5f9c2d6e-2f0b-4f4e-9d2a-6a5c1b7e8f90")
	require.NoError(t, err)
	assert.Equal(t, strings.TrimSpace(string(expected)), assertion)
}
