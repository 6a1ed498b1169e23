package sandbox

import "net/http"

// allowPages lets the pages of all origins read an answer, as Segment does: its libraries run in them. The `cors` of the
// server takes its place.
func (a *api) allowPages(h http.Header) {
	if !a.serverCORS {
		h.Set("Access-Control-Allow-Origin", "*")
	}
}

// forPages serves a path of Segment's API to pages of other origins too, and answers the preflight requests of browsers.
func (a *api) forPages(method string, handler http.HandlerFunc) http.HandlerFunc {
	refuse := methodNotAllowed(method + ", OPTIONS")
	return func(w http.ResponseWriter, r *http.Request) {
		a.allowPages(w.Header())
		switch {
		case r.Method == method, r.Method == http.MethodHead && method == http.MethodGet:
			handler(w, r)
		case r.Method == http.MethodOptions:
			if !a.serverCORS {
				w.Header().Set("Access-Control-Allow-Methods", method)
				w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Retry-Count, Cache-Control")
				w.Header().Set("Access-Control-Max-Age", "7200")
			}
			w.WriteHeader(http.StatusNoContent)
		default:
			refuse.ServeHTTP(w, r)
		}
	}
}
