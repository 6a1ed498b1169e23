package sandbox

import "net/http"

// refusal is why a request was not accepted.
type refusal struct {
	status        int
	code, message string
}

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
