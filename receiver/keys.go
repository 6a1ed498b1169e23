package receiver

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/otel-segment/segmentexporter/internal/writekey"
)

// source is a Segment source whose libraries may send.
type source struct {
	name string
	sum  [sha256.Size]byte // of its write key
}

type sources []source

func newSources(configs []SourceConfig) sources {
	var all sources
	for i := range configs {
		key := string(writekey.Trim(configs[i].WriteKey))
		all = append(all, source{configs[i].Name, sha256.Sum256([]byte(key))})
	}
	return all
}

// find returns the name of the source of a write key, or why it cannot be used. How long it takes tells nothing of the keys.
func (s sources) find(key string) (name string, no *answer) {
	if key == "" {
		return "", missingWriteKey
	}
	if len(s) == 0 {
		return "", nil
	}
	sum, found := sha256.Sum256([]byte(key)), -1
	for i := range s {
		// Not a comparison of the keys, which would tell the length.
		found = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(sum[:], s[i].sum[:]), i, found)
	}
	if found < 0 {
		return "", unknownWriteKey
	}
	return s[found].name, nil
}

// basicUser is the user of a Basic authorization, with or without a password behind it; "" for none. A token, which a Segment
// library with OAuth sends instead, is for Segment.
func basicUser(r *http.Request) string {
	scheme, credentials, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Basic") {
		return ""
	}
	credentials = strings.TrimRight(strings.TrimSpace(credentials), "=")
	login, err := base64.RawStdEncoding.DecodeString(credentials)
	if err != nil {
		return ""
	}
	user, _, _ := strings.Cut(string(login), ":")
	return user
}
