package sandbox

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configopaque"
)

const unknownKeyMessage = "the write key is not one of write_keys or of sources"

// basicUser is the user name of Basic authorization, which some clients send without the colon that belongs behind it.
func basicUser(r *http.Request) string {
	scheme, encoded, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return ""
	}
	credentials, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return ""
	}
	user, _, _ := strings.Cut(string(credentials), ":")
	return user
}

// authorize refuses an upload without a right write key. The first key counts, but some read the key of the body and others
// that of the header, so none may be wrong.
func (a *api) authorize(keys []string) *refusal {
	if cmp.Or(keys...) == "" {
		return &refusal{http.StatusUnauthorized, "missing_write_key", "there is no write key in the header, the body or the query"}
	}
	for _, key := range keys {
		if key != "" && !a.allowed(key) {
			return &refusal{http.StatusUnauthorized, "unknown_write_key", unknownKeyMessage}
		}
	}
	return nil
}

func (a *api) allowed(key string) bool {
	return len(a.writeKeys) == 0 || slices.Contains(a.writeKeys, configopaque.String(key))
}

// shortened is the first four characters of a write key and "…", enough to tell two sources apart. Of a key of eight or fewer it
// shows none.
func shortened(key string) string {
	const shown, shortest = 4, 8
	runes := []rune(strings.ToValidUTF8(key, "\ufffd"))
	if len(runes) <= shortest {
		return "…"
	}
	return string(runes[:shown]) + "…"
}
