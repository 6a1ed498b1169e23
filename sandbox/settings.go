package sandbox

import (
	"io"
	"net/http"
)

// librarySettings are what Segment's libraries ask for before they send anything.
type librarySettings struct {
	Integrations       map[string]librarySegment `json:"integrations"`
	Plan               struct{}                  `json:"plan"`
	EdgeFunction       struct{}                  `json:"edgeFunction"`
	MiddlewareSettings struct{}                  `json:"middlewareSettings"`
	Metrics            struct {
		SampleRate int `json:"sampleRate"`
	} `json:"metrics"`
	ConsentSettings struct{} `json:"consentSettings"`
}

type librarySegment struct {
	APIKey   string `json:"apiKey"`
	APIHost  string `json:"apiHost"` // without a scheme, which is the protocol
	Protocol string `json:"protocol"`
}

// getSettings names the host that the libraries have asked as the one to upload to, because they reach it.
func (a *api) getSettings(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("key")
	if !a.allowed(key) {
		(&refusal{http.StatusNotFound, "unknown_write_key", unknownKeyMessage}).write(w)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, librarySettings{
		Integrations: map[string]librarySegment{"Segment.io": {APIKey: key, APIHost: r.Host + "/v1", Protocol: scheme(r)}},
	})
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// postMetrics takes what the libraries say about themselves, which is of no use here.
func postMetrics(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	writeJSON(w, http.StatusOK, accepted)
}
