package oauth

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNoSecrets has a server that repeats all that it knows, in every kind of failure, and reads all that is said here.
func TestNoSecrets(t *testing.T) {
	const token = "MARKER-TOKEN"
	for name, answer := range map[string]func(assertion string) (*http.Response, error){
		"refusal": func(assertion string) (*http.Response, error) {
			return respond(http.StatusBadRequest, fmt.Sprintf(`{"error":%[1]q,"error_description":"%[1]s %[2]s","access_token":"other"}`,
				assertion, token)), nil
		},
		"long refusal": func(assertion string) (*http.Response, error) {
			return respond(http.StatusForbidden, fmt.Sprintf(`{"error":%q}`, strings.Repeat("x", 250)+assertion+token)), nil
		},
		"throttle": func(assertion string) (*http.Response, error) {
			return respond(http.StatusTooManyRequests, fmt.Sprintf(`{"error":%q}`, token+assertion), "Retry-After", "9"), nil
		},
		"unreadable": func(assertion string) (*http.Response, error) {
			return respond(http.StatusOK, assertion+token), nil
		},
		"useless": func(assertion string) (*http.Response, error) {
			return respond(http.StatusOK, fmt.Sprintf(`{"access_token":%q,"token_type":%[1]q,"expires_in":%[1]q}`, token+assertion)), nil
		},
		"error and token": func(assertion string) (*http.Response, error) {
			return respond(http.StatusOK, fmt.Sprintf(`{"access_token":"OTHER-MARKER","error":"OTHER-MARKER %s"}`, assertion)), nil
		},
		"redirect": func(assertion string) (*http.Response, error) {
			return respond(http.StatusFound, "", "Location", "https://elsewhere.example/?"+assertion), nil
		},
		"no HTTP": func(assertion string) (*http.Response, error) {
			return nil, errors.New("malformed HTTP response " + assertion + " " + token)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "key.pem")
				require.NoError(t, os.WriteFile(file, []byte(pkcs1(testKey())), 0o600))
				var assertions []string
				server := roundTripperFunc(func(req *http.Request) (*http.Response, error) {
					if err := req.ParseForm(); err != nil {
						return nil, err
					}
					assertions = append(assertions, req.PostForm.Get("client_assertion"))
					if len(assertions) == 1 {
						return respond(http.StatusOK, tokenBody(token, "bearer", "86400")), nil
					}
					return answer(assertions[len(assertions)-1])
				})
				r := newRig(t, server, func(cfg *Config) { cfg.PrivateKey, cfg.PrivateKeyFile = "", file })
				r.wantToken(t)
				// The key is broken now, which is logged, and the token is renewed, invalidated and asked for again.
				require.NoError(t, os.WriteFile(file, []byte(pkcs1(testKey())[:900]), 0o600))
				time.Sleep(day / 2)
				r.wantToken(t)
				synctest.Wait()
				r.Invalidate(token)
				said := []string{r.wantError(t).Error()}
				time.Sleep(MaxCooldown)
				said = append(said, r.wantError(t).Error())
				for _, entry := range r.logs.All() {
					said = append(said, fmt.Sprint(entry.Message, entry.ContextMap()))
				}
				assert.Len(t, assertions, 3)
				secrets := []string{token, "OTHER-MARKER", strings.Split(pkcs1(testKey()), "\n")[3]}
				for _, assertion := range assertions {
					secrets = append(secrets, assertion, strings.Split(assertion, ".")[1], strings.Split(assertion, ".")[2][:40])
				}
				for _, secret := range secrets {
					assert.NotContains(t, strings.Join(said, "\n"), secret)
				}
			})
		})
	}
}
