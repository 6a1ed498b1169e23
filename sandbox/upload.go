package sandbox

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/config/configopaque"
)

// Segment's limits, in bytes before compression.
const (
	maxBodyBytes    = 500_000
	maxMessageBytes = 32_768
)

// uploadPaths are the paths of the tracking API. Those of a single message name its type.
var uploadPaths = map[string]string{
	"/v1/batch":    "",
	"/v1/import":   "",
	"/v1/identify": "identify",
	"/v1/track":    "track",
	"/v1/page":     "page",
	"/v1/screen":   "screen",
	"/v1/group":    "group",
	"/v1/alias":    "alias",
}

// upload is one request to the tracking API, as far as it could be read.
type upload struct {
	path       string
	writeKey   string // shortened, for display
	size       int64  // of the whole body before compression
	messages   []message
	violations []violation // of the batch as a whole
}

// refusal is why a request was not accepted.
type refusal struct {
	status        int
	code, message string
}

// accepted is the answer to an upload that was.
var accepted = map[string]bool{"success": true}

// refusalBody says why twice: analytics-python 2.3.4 looks for the reason at the top, and repeats a request that was refused
// for good when it is not there; what was written for earlier versions of the sandbox looks below error.
type refusalBody struct {
	Success bool   `json:"success"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Error   struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

func (r *refusal) body() refusalBody {
	body := refusalBody{Code: r.code, Message: r.message}
	body.Error.Code, body.Error.Message = r.code, r.message
	return body
}

func (r *refusal) write(w http.ResponseWriter) { writeJSON(w, r.status, r.body()) }

func (a *api) upload(w http.ResponseWriter, r *http.Request) {
	body, size, err := readBody(r.Body)
	u := &upload{path: strings.Clone(r.URL.Path), size: size} // else the store would hold on to the whole URL
	f := a.inject(u.path, body)
	if outcome := f.outcome(w, r); outcome != "" {
		a.store.refuse(u, outcome)
		f.answerUpload(w)
		return
	}
	if refused := a.check(u, r, body, err); refused != nil {
		a.store.refuse(u, f.counted(refused.status))
		f.drop()
		if refused.code == invalidToken {
			w.Header().Set("WWW-Authenticate", `Bearer error="`+invalidToken+`"`)
		}
		refused.write(w)
		return
	}
	a.store.accept(u, f.counted(http.StatusOK))
	f.drop()
	writeJSON(w, http.StatusOK, accepted)
}

// refuseEarly answers requests that end before the handler: bodies that are not what their Content-Encoding says, and
// those that an `auth` extension turns away. A client that asks for a token understands nothing but RFC 6749.
func (a *api) refuseEarly(w http.ResponseWriter, r *http.Request, message string, status int) {
	code, tokenCode := "invalid_encoding", invalidRequest
	if status == http.StatusUnauthorized {
		code, tokenCode = "unauthorized", invalidClient
	}
	if a.oauth != nil && r.URL.Path == tokenPath && r.Method == http.MethodPost {
		a.store.countTokenRequest(strconv.Itoa(status))
		w.Header().Set("Cache-Control", "no-store")
		(&tokenRefusal{status, tokenCode, message}).write(w)
		return
	}
	if _, ok := uploadPaths[r.URL.Path]; ok && r.Method == http.MethodPost {
		a.store.refuse(&upload{}, strconv.Itoa(status))
	}
	(&refusal{status, code, message}).write(w)
}

// check reads the messages of an upload, and says why it cannot be accepted. readErr is why the body ended early.
func (a *api) check(u *upload, r *http.Request, body []byte, readErr error) *refusal {
	if a.oauth != nil {
		if refused := a.oauth.checkToken(r); refused != nil {
			return refused
		}
	}
	if _, cut := errors.AsType[*http.MaxBytesError](readErr); cut || u.size > maxBodyBytes {
		return &refusal{
			http.StatusBadRequest, "body_too_large",
			"the body is over " + strconv.Itoa(maxBodyBytes) + " bytes before compression",
		}
	}
	if readErr != nil {
		return &refusal{http.StatusBadRequest, "unreadable_body", "the body cannot be read: " + readErr.Error()}
	}

	bodyKey, err := u.parse(body)
	if err != nil {
		return &refusal{http.StatusBadRequest, "invalid_json", err.Error()}
	}
	key, refused := a.authorize(r, bodyKey)
	if refused != nil {
		return refused
	}
	u.writeKey = shortened(key)
	u.checkEncoding(r.Context())
	for i, m := range u.messages {
		if m.size > maxMessageBytes {
			return &refusal{
				http.StatusBadRequest, "message_too_large",
				"message " + strconv.Itoa(i) + " is over " + strconv.Itoa(maxMessageBytes) + " bytes",
			}
		}
	}
	return nil
}

// readBody returns the body, or the beginning of one that is too large, and its whole size. The server stops it at
// max_request_body_size, compressed or not; what is too large for Segment is counted but not kept.
func readBody(r io.Reader) ([]byte, int64, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxBodyBytes+1))
	size := int64(len(body))
	if err == nil && size > maxBodyBytes {
		var rest int64
		rest, err = io.Copy(io.Discard, r)
		size += rest
	}
	return body, size, err
}

// authorize returns the write key of an upload. Segment reads the key of the body and compatible servers that of the
// header, so neither may be wrong.
func (a *api) authorize(r *http.Request, bodyKey string) (string, *refusal) {
	headerKey, _, _ := r.BasicAuth()
	key := cmp.Or(headerKey, bodyKey)
	if key == "" {
		return "", &refusal{http.StatusUnauthorized, "missing_write_key", "there is no write key in the header or the body"}
	}
	if !a.allowed(headerKey) || !a.allowed(bodyKey) {
		return "", &refusal{http.StatusUnauthorized, "unknown_write_key", "the write key is not one of write_keys"}
	}
	return key, nil
}

func (a *api) allowed(key string) bool {
	return key == "" || len(a.writeKeys) == 0 || slices.Contains(a.writeKeys, configopaque.String(key))
}

// shortened keeps enough of a write key to tell two sources apart.
func shortened(key string) string {
	const shown, shortest = 4, 8
	runes := []rune(strings.ToValidUTF8(key, "\ufffd"))
	if len(runes) <= shortest {
		return "…"
	}
	return string(runes[:shown]) + "…"
}
