package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testURL is the base URL of the requests that are made without a server.
const testURL = "http://localhost:9100"

func claims(audience string) jwt.MapClaims {
	now := time.Now().Unix()
	return jwt.MapClaims{
		"iss": "client", "sub": "client", "aud": audience, "iat": now - 5, "exp": now + 55, "jti": rand.Text(),
	}
}

func header() map[string]any { return map[string]any{"alg": "RS256", "typ": "JWT", "kid": "key-id"} }

func signWith(tb testing.TB, method jwt.SigningMethod, key any, header map[string]any, claims jwt.MapClaims) string {
	assertion, err := (&jwt.Token{Method: method, Header: header, Claims: claims}).SignedString(key)
	require.NoError(tb, err)
	return assertion
}

func sign(tb testing.TB, claims jwt.MapClaims) string {
	return signWith(tb, jwt.SigningMethodRS256, keyOne(), header(), claims)
}

func TestAssertionRefusals(t *testing.T) {
	t.Parallel()
	now := time.Now().Unix()
	with := func(name string, value any) string {
		changed := claims(testURL)
		changed[name] = value
		return sign(t, changed)
	}
	without := func(name string) string {
		changed := claims(testURL)
		delete(changed, name)
		return sign(t, changed)
	}
	withHeader := func(name string, value any) string {
		changed := header()
		changed[name] = value
		return signWith(t, jwt.SigningMethodRS256, keyOne(), changed, claims(testURL))
	}
	withMethod := func(method jwt.SigningMethod, key any) string {
		changed := header()
		changed["alg"] = method.Alg()
		return signWith(t, method, key, changed, claims(testURL))
	}
	other := claims(testURL)
	other["iss"], other["sub"] = "other", "other"
	otherClient := sign(t, other)
	valid := sign(t, claims(testURL))
	parts := strings.Split(valid, ".")
	encode := base64.RawURLEncoding.EncodeToString
	forged := encode([]byte(`{"iss":"other"}`))
	const noJWT, badSignature = "client_assertion: is not a JWT", "client_assertion: the signature fits none of the public keys"

	for _, tt := range []struct{ name, assertion, want string }{
		{"text", "x", noJWT},
		{"two parts", "x.y", noJWT},
		{"four parts", valid + ".x", noJWT},
		{"no base64", "!." + parts[1] + "." + parts[2], noJWT},
		{"padding", valid + "==", noJWT},
		{"header is no JSON", encode([]byte("x")) + "." + parts[1] + "." + parts[2], noJWT},
		{"claims are an array", parts[0] + "." + encode([]byte("[]")) + "." + parts[2], noJWT},
		{"claims are null", parts[0] + "." + encode([]byte("null")) + "." + parts[2], badSignature},
		{"header is null", encode([]byte("null")) + "." + parts[1] + "." + parts[2], "alg: must be RS256"},

		{"no alg", withHeader("alg", nil), "alg: must be RS256"},
		{"unknown alg", withHeader("alg", "RS1"), "alg: must be RS256"},
		{"alg is not a text", withHeader("alg", 256), "alg: must be RS256"},
		{"alg none", withMethod(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType), "alg: must be RS256"},
		{"alg RS512", withMethod(jwt.SigningMethodRS512, keyOne()), "alg: must be RS256"},
		{"public key as secret", withMethod(jwt.SigningMethodHS256, []byte(pkix(t, &keyOne().PublicKey))), "alg: must be RS256"},
		{"other typ", withHeader("typ", "at+jwt"), "typ: must be JWT"},
		{"no typ", withHeader("typ", nil), "typ: must be JWT"},
		{"no kid", withHeader("kid", nil), "kid: must be the id of the key"},
		{"kid is not a text", withHeader("kid", 7), "kid: must be the id of the key"},
		{"other kid", withHeader("kid", "other"), "kid: is not the key_id of the sandbox"},

		{"other key", signWith(t, jwt.SigningMethodRS256, keyTwo(), header(), claims(testURL)), badSignature},
		{"no signature", parts[0] + "." + parts[1] + ".", badSignature},
		{"signature of other claims", parts[0] + "." + forged + "." + parts[2], badSignature},

		{"no iss", without("iss"), "iss: must be a string that is not empty"},
		{"iss is not a text", with("iss", 7), "iss: must be a string that is not empty"},
		{"no sub", without("sub"), "sub: must be a string that is not empty"},
		{"other sub", with("sub", "other"), "sub: must be the same as iss"},
		{"other client", otherClient, "iss: is not the client_id of the sandbox"},

		{"no aud", without("aud"), "aud: must be a string that is not empty"},
		{"aud is a list", with("aud", []string{testURL}), "aud: must be a string that is not empty"},
		{"aud with a slash", with("aud", testURL+"/"), "aud: must be " + testURL},
		{"aud with the path", with("aud", testURL+"/token"), "aud: must be " + testURL},
		{"aud with another scheme", with("aud", "https://localhost:9100"), "aud: must be " + testURL},
		{"aud of Segment", with("aud", "https://oauth2.segment.io"), "aud: must be " + testURL},

		{"no iat", without("iat"), "iat: must be an integer of seconds"},
		{"iat is a text", with("iat", "1764000000"), "iat: must be an integer of seconds"},
		{"iat with a fraction", with("iat", float64(now)+0.5), "iat: must be an integer of seconds"},
		{"iat in the future", with("iat", now+3600), "iat: is in the future"},
		{"iat at the end of time", with("iat", int64(1<<63-1)), "iat: is in the future"},
		{"iat in milliseconds", with("iat", now*1000), "iat: is in the future"},
		{"iat long ago", with("iat", int64(-1<<63)), "exp: is more than 60 s after iat"},
		{"no exp", without("exp"), "exp: must be an integer of seconds"},
		{"exp is a text", with("exp", "never"), "exp: must be an integer of seconds"},
		{"exp with a fraction", with("exp", json.Number("1764000000.0")), "exp: must be an integer of seconds"},
		{"exp in the past", with("exp", now-1), "exp: is in the past"},
		{"exp too late", with("exp", now+3600), "exp: is more than 60 s after iat"},
		{"exp at the end of time", with("exp", int64(1<<63-1)), "exp: is more than 60 s after iat"},

		{"no jti", without("jti"), "jti: must be a string that is not empty"},
		{"empty jti", with("jti", ""), "jti: must be a string that is not empty"},
		{"jti is not a text", with("jti", 7), "jti: must be a string that is not empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthTest(t, func(cfg *OAuthConfig) { cfg.ClientID, cfg.KeyID = "client", "key-id" })
			w := a.postToken(form(tt.assertion))
			assert.Equal(t, 401, w.Code)
			assert.JSONEq(t, `{"error":"invalid_client","error_description":"`+tt.want+`"}`, w.Body.String())
			assert.Equal(t, map[string]int{"401": 1}, a.api.store.statistics().TokenRequests)
			a.token()
		})
	}
}

// TestAssertionTimes has a clock that stands still, and so shows the last second that is accepted.
func TestAssertionTimes(t *testing.T) {
	t.Parallel()
	keyOne()
	synctest.Test(t, func(t *testing.T) {
		a := newAuthTest(t, nil)
		now := time.Now().Unix()
		for _, tt := range []struct {
			issued, expires int64
			want            string
		}{
			{0, 60, ""},
			{0, 61, "exp: is more than 60 s after iat"},
			{5, 65, ""},
			{6, 66, "iat: is in the future"},
			{-59, 1, ""},
			{-60, 0, "exp: is in the past"},
		} {
			changed := claims(testURL)
			changed["iat"], changed["exp"] = now+tt.issued, now+tt.expires
			w := a.postToken(form(sign(t, changed)))
			if tt.want == "" {
				assert.Equal(t, 200, w.Code, w.Body)
			} else {
				assert.Contains(t, w.Body.String(), tt.want)
			}
		}
	})
}

func TestAssertionIsGoodForOneToken(t *testing.T) {
	t.Parallel()
	keyOne()
	synctest.Test(t, func(t *testing.T) {
		a := newAuthTest(t, nil)
		used := claims(testURL)
		used["iat"], used["exp"] = time.Now().Unix()+5, time.Now().Unix()+65
		body := form(sign(t, used))
		assert.Equal(t, 200, a.postToken(body).Code)
		a.do(http.MethodDelete, "/api/tokens", "")
		for range 65 {
			assert.Contains(t, a.postToken(body).Body.String(), "jti: was used before")
			time.Sleep(time.Second)
		}
		assert.Contains(t, a.postToken(body).Body.String(), "exp: is in the past")
		assert.False(t, a.api.oauth.assertionIDs.has(used["jti"].(string)), "forgotten when it cannot be used anyway")
	})
}

func TestKeyRotation(t *testing.T) {
	t.Parallel()
	a := newAuthTest(t, nil)
	one, two := pkix(t, &keyOne().PublicKey), pkcs1(&keyTwo().PublicKey)
	for _, tt := range []struct {
		file string
		want [2]int // the statuses with the first and with the second key
	}{
		{one, [2]int{200, 401}},
		{one + two, [2]int{200, 200}},
		{two, [2]int{401, 200}},
		{"broken", [2]int{401, 200}},
		{one, [2]int{200, 401}},
	} {
		writeFile(t, a.keyFile, tt.file)
		first := a.postToken(form(sign(t, claims(testURL)))).Code
		second := a.postToken(form(signWith(t, jwt.SigningMethodRS256, keyTwo(), header(), claims(testURL)))).Code
		assert.Equal(t, tt.want, [2]int{first, second})
	}
}

func TestAudienceOverTLS(t *testing.T) {
	t.Parallel()
	a := newAuthTest(t, nil)
	const httpsURL = "https://localhost:9100"
	w := a.do(http.MethodPost, httpsURL+"/token", form(sign(t, claims(httpsURL))), "Content-Type", formType)
	assert.Equal(t, 200, w.Code, w.Body)
}
