package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Segment takes assertions that are valid for a minute at most.
const (
	maxAssertionLifetime = 60 * time.Second
	// clockLeeway is how far the clock of a client may be ahead.
	clockLeeway = 5 * time.Second
)

// algorithm is the only one that Segment takes.
var algorithm = jwt.SigningMethodRS256.Alg()

// assertionParser looks at the form and the signature. The claims are checked here: Segment is stricter than the
// library, and a client is to learn which of them is wrong.
var assertionParser = jwt.NewParser(
	jwt.WithValidMethods([]string{algorithm}),
	jwt.WithJSONNumber(),
	jwt.WithStrictDecoding(),
	jwt.WithoutClaimsValidation(),
)

// verify says what is wrong with a client assertion, without repeating anything of it. Each is good for one token.
func (s *authServer) verify(assertion, audience string) error {
	claims := jwt.MapClaims{}
	var invalidHeader error
	token, err := assertionParser.ParseWithClaims(assertion, claims, func(token *jwt.Token) (any, error) {
		invalidHeader = s.checkHeader(token.Header)
		return s.keys.current(), invalidHeader
	})
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed):
		return errors.New("client_assertion: is not a JWT")
	case token.Header["alg"] != algorithm:
		return errors.New("alg: must be " + algorithm)
	case invalidHeader != nil:
		return invalidHeader
	case err != nil:
		return errors.New("client_assertion: the signature fits none of the public keys")
	}
	return s.checkClaims(&claimReader{claims: claims}, audience)
}

func (s *authServer) checkHeader(header map[string]any) error {
	kid, _ := header["kid"].(string)
	switch keyID := *s.keyID.Load(); {
	case header["typ"] != "JWT":
		return errors.New("typ: must be JWT")
	case kid == "":
		return errors.New("kid: must be the id of the key")
	case keyID != "" && kid != keyID:
		return errors.New("kid: is not the key_id of the sandbox")
	}
	return nil
}

func (s *authServer) checkClaims(r *claimReader, audience string) error {
	issuer, subject, aud, id := r.text("iss"), r.text("sub"), r.text("aud"), r.text("jti")
	issued, expires := r.seconds("iat"), r.seconds("exp")
	now := time.Now()
	// In this order no sum overflows, and only an assertion that is right is used up.
	switch {
	case r.err != nil:
		return r.err
	case subject != issuer:
		return errors.New("sub: must be the same as iss")
	case s.clientID != "" && issuer != s.clientID:
		return errors.New("iss: is not the client_id of the sandbox")
	case aud != audience:
		return errors.New("aud: must be " + audience)
	case issued > now.Add(clockLeeway).Unix():
		return errors.New("iat: is in the future")
	case expires <= now.Unix():
		return errors.New("exp: is in the past")
	case expires > issued+int64(maxAssertionLifetime.Seconds()):
		return fmt.Errorf("exp: is more than %.0f s after iat", maxAssertionLifetime.Seconds())
	case !s.assertionIDs.add(id):
		return errors.New("jti: was used before")
	}
	return nil
}

// claimReader keeps what is wrong with the first claim that is missing or of another type.
type claimReader struct {
	claims jwt.MapClaims
	err    error
}

func (r *claimReader) text(name string) string {
	text, _ := r.claims[name].(string)
	if text == "" && r.err == nil {
		r.err = errors.New(name + ": must be a string that is not empty")
	}
	return text
}

func (r *claimReader) seconds(name string) int64 {
	number, _ := r.claims[name].(json.Number)
	seconds, err := number.Int64()
	if err != nil && r.err == nil {
		r.err = errors.New(name + ": must be an integer of seconds")
	}
	return seconds
}
