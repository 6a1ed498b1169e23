package sandbox

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// Segment's limits, in bytes before compression.
const (
	maxBodyBytes    = 500_000
	maxMessageBytes = 32_768
)

// upload is one request to the tracking API, as far as it could be read.
type upload struct {
	uploadPath
	sender

	path       string   // as received, cut to maxFieldBytes
	keys       []string // the write keys of the header, the body and the query, or empty; the first one counts
	size       int64    // of the whole body before compression
	body       []byte   // or the beginning of one that is too large
	unreadable *refusal // why there are no messages
	messages   []message
	violations []violation // of the batch as a whole
}

// accepted is the answer to an upload that was accepted.
var accepted = map[string]bool{"success": true}

func newUpload(path string) *upload {
	p, _ := findUploadPath(path)
	return &upload{uploadPath: p, path: ownText(path)}
}

func (a *api) upload(w http.ResponseWriter, r *http.Request) {
	u := newUpload(r.URL.Path)
	u.read(r)
	if key := cmp.Or(u.keys...); key != "" {
		u.sender = sender{shortened(key), a.sources.name(key)}
	}
	f := a.inject(&target{documentedPath(r.URL.Path), u.label(), u.body})
	if outcome := f.outcome(w, r); outcome != "" {
		a.store.refuse(u, outcome)
		f.answerUpload(w)
		return
	}
	refused := a.check(u, r)
	if refused != nil && u.pixel {
		// Who looks at an image reads no answer, so that Segment loses the message in silence.
		u.messages, u.violations = nil, []violation{{"pixel", refused.message}}
		refused = nil
	}
	if refused != nil {
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
	if u.pixel {
		writePixel(w)
		return
	}
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
	if p, ok := findUploadPath(r.URL.Path); ok {
		a.allowPages(w.Header())
		if p.method() == r.Method {
			a.store.refuse(&upload{}, strconv.Itoa(status))
		}
	}
	(&refusal{status, code, message}).write(w)
}

// read reads the messages and the write keys of a request.
func (u *upload) read(r *http.Request) {
	var err error
	if u.pixel {
		u.body, err = pixelMessage(r.URL.Query())
		u.size = int64(len(u.body))
	} else {
		u.body, u.size, err = readBody(r.Body)
	}
	bodyKey := ""
	if _, cut := errors.AsType[*http.MaxBytesError](err); cut || u.size > maxBodyBytes {
		u.unreadable = &refusal{
			http.StatusBadRequest, "body_too_large",
			"the body is over " + strconv.Itoa(maxBodyBytes) + " bytes before compression",
		}
	} else if err != nil {
		u.unreadable = &refusal{http.StatusBadRequest, "unreadable_body", "the body cannot be read: " + err.Error()}
	} else if bodyKey, err = u.parse(u.body); err != nil {
		u.unreadable = &refusal{http.StatusBadRequest, "invalid_json", err.Error()}
	}
	u.keys = []string{basicUser(r), bodyKey, r.URL.Query().Get("writeKey")}
}

// check says why an upload cannot be accepted.
func (a *api) check(u *upload, r *http.Request) *refusal {
	if a.oauth != nil {
		if refused := a.oauth.checkToken(r); refused != nil {
			return refused
		}
	}
	if u.unreadable != nil {
		return u.unreadable
	}
	if refused := a.authorize(u.keys); refused != nil {
		return refused
	}
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
