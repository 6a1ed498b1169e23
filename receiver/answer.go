package receiver

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// answer is what a request is answered with. Every body is JSON, and success is 200 with an object: the Java and Ruby libraries
// send a batch again when it is answered otherwise.
type answer struct {
	status int
	// code and message say why a request was not taken.
	code, message string
	// later says that the sender shall repeat the request. The answer then has a Retry-After.
	later bool
	body  []byte // of a success; else it is made of code and message
	// allowed is the method that the path takes, when another one was used.
	allowed string
}

var (
	taken = &answer{status: http.StatusOK, body: []byte(`{"success":true}`)}

	notFound = &answer{
		status: http.StatusNotFound, code: "not_found",
		message: "there is nothing at this path: it has to be one of Segment's tracking API, such as /v1/batch",
	}
	missingWriteKey = &answer{
		status: http.StatusUnauthorized, code: "missing_write_key",
		message: "there is no write key: it has to be the user name of the Authorization header, or writeKey in the body",
	}
	unknownWriteKey = &answer{
		status: http.StatusUnauthorized, code: "unknown_write_key",
		message: "the write key is not that of a source which is configured here",
	}
	unauthorized = &answer{
		status: http.StatusUnauthorized, code: "unauthorized",
		message: "the authentication of this server has refused the request",
	}
	invalidEncoding = &answer{
		status: http.StatusBadRequest, code: "invalid_encoding",
		message: "the body cannot be decompressed, or its Content-Encoding is not supported",
	}
	incompleteBody = &answer{
		status: http.StatusRequestTimeout, code: "incomplete_body",
		message: "the body did not arrive as a whole, or not in time",
	}
	busy = &answer{
		status: http.StatusTooManyRequests, code: "busy", later: true,
		message: "the messages cannot be taken now: send them again later",
	}
	shuttingDown = &answer{
		status: http.StatusServiceUnavailable, code: "shutting_down", later: true,
		message: "the server is shutting down: send the messages again",
	}
	refused = &answer{
		status: http.StatusBadRequest, code: "refused",
		message: "the messages were refused for good, the log of the Collector says why",
	}
	noSettings = &answer{
		status: http.StatusServiceUnavailable, code: "settings_unavailable", later: true,
		message: "the settings of the source cannot be had now",
	}
)

func methodNotAllowed(allowed string) *answer {
	return &answer{status: http.StatusMethodNotAllowed, code: "method_not_allowed", message: "use " + allowed, allowed: allowed}
}

func tooLarge(message string) *answer {
	return &answer{status: http.StatusRequestEntityTooLarge, code: "body_too_large", message: message}
}

// refusal is the body of an answer that is no success. analytics-python 2.3.4 looks for code and message at the top, and repeats
// what was refused for good when one of them is missing.
type refusal struct {
	Success bool   `json:"success"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Error   string `json:"error"`
}

func (a *answer) write(w http.ResponseWriter, retryAfter time.Duration) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	if a.allowed != "" {
		h.Set("Allow", a.allowed)
	}
	if a.later {
		h.Set("Retry-After", strconv.Itoa(spread(retryAfter)))
	}
	if a == shuttingDown || a == incompleteBody {
		h.Set("Connection", "close")
	}
	body := a.body
	if body == nil {
		body, _ = json.Marshal(refusal{Code: a.code, Message: a.message, Error: a.message}) // a string can always be encoded
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body) //nolint:gosec // it is JSON, and says so
}

// spread is a pause in whole seconds, a fifth longer or shorter, so that those who were refused together do not come back
// together. No date: several libraries of Segment cannot read one.
func spread(pause time.Duration) int {
	seconds := time.Duration(float64(pause) * (0.8 + 0.4*rand.Float64())).Round(time.Second)
	return int(min(max(seconds, minRetryAfter), maxRetryAfter).Seconds())
}
