package oauth

import (
	"crypto/rsa"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	// assertionAge is how long ago an assertion says that it was made, for servers whose clock is slightly behind.
	assertionAge = 5 * time.Second
	// assertionLife is the longest life of an assertion that Segment accepts.
	assertionLife = 60 * time.Second
)

// signer signs client assertions (RFC 7523 section 2.2).
type signer struct {
	clientID, keyID, audience string
}

// sign makes the assertion; now is the time of the server, and id must be new.
func (s *signer) sign(key *rsa.PrivateKey, now time.Time, id string) (string, error) {
	issued := now.Add(-assertionAge)
	assertion := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": s.clientID,
		"sub": s.clientID,
		"aud": s.audience,
		"iat": issued.Unix(),
		"exp": issued.Add(assertionLife).Unix(),
		"jti": id,
	})
	assertion.Header["kid"] = s.keyID
	return assertion.SignedString(key)
}
