package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"
)

type api struct {
	endpoint   string
	serverCORS bool // the server has a `cors` section, which answers browsers
	store      *store
	faults     faultList
	writeKeys  []configopaque.String // empty: any
	sources    *sources
	oauth      *authServer // nil: no token is asked for
}

func newAPI(cfg *Config, logger *zap.Logger) (*api, error) {
	a := &api{
		endpoint:   cfg.ServerConfig.NetAddr.Endpoint,
		serverCORS: cfg.ServerConfig.CORS.HasValue(),
		store:      newStore(cfg.MaxMessages, maxStoredBytes),
		writeKeys:  slices.Clone(cfg.WriteKeys),
		sources:    newSources(cfg.Sources),
	}
	for _, source := range cfg.Sources {
		a.writeKeys = append(a.writeKeys, source.WriteKey)
	}
	if !cfg.OAuth.HasValue() {
		return a, nil
	}
	var err error
	a.oauth, err = newAuthServer(cfg.OAuth.Get(), logger)
	return a, err
}

func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	handle := func(method, path string, handler http.HandlerFunc) {
		for _, form := range formsOf(path) {
			mux.HandleFunc(form, a.forPages(method, handler))
		}
	}
	for path, p := range uploadPaths {
		handle(p.method(), path, a.upload)
	}
	handle(http.MethodGet, pixelPrefix+"{type}", a.upload)
	handle(http.MethodGet, "/v1/projects/{key}/settings", a.getSettings)
	handle(http.MethodPost, "/v1/m", postMetrics)
	mux.HandleFunc("/v1/", notFound)
	mux.HandleFunc("POST "+tokenPath, a.withOAuth(a.postToken))
	mux.Handle(tokenPath, methodNotAllowed("POST"))
	mux.Handle("/", protect(a.endpoint, a.ownRoutes()))
	return mux
}

// ownRoutes are those that Segment does not have: the page, and what it and tests ask for.
func (a *api) ownRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", pages["page/index.html"])
	mux.HandleFunc("GET /page/{name...}", getPage)
	mux.HandleFunc("GET /api/messages", a.getMessages)
	mux.HandleFunc("DELETE /api/messages", a.deleteMessages)
	mux.Handle("/api/messages", methodNotAllowed("GET, HEAD, DELETE"))
	mux.HandleFunc("GET /api/messages/{seq}", a.getMessage)
	mux.HandleFunc("GET /api/messages/stream", a.streamMessages)
	mux.Handle("/api/messages/{seq}", methodNotAllowed("GET, HEAD"))
	mux.HandleFunc("GET /api/records", a.getRecords)
	mux.Handle("/api/records", methodNotAllowed("GET, HEAD"))
	mux.HandleFunc("GET /api/stats", a.getStats)
	mux.Handle("/api/stats", methodNotAllowed("GET, HEAD"))
	mux.HandleFunc("GET /api/faults", a.getFaults)
	mux.HandleFunc("PUT /api/faults", a.putFaults)
	mux.HandleFunc("POST /api/faults", a.postFault)
	mux.HandleFunc("DELETE /api/faults", a.deleteFaults)
	mux.Handle("/api/faults", methodNotAllowed("GET, HEAD, PUT, POST, DELETE"))
	mux.HandleFunc("DELETE /api/faults/{id}", a.deleteFault)
	mux.Handle("/api/faults/{id}", methodNotAllowed("DELETE"))
	mux.HandleFunc("PUT /api/oauth", a.withOAuth(a.putOAuth))
	mux.Handle("/api/oauth", methodNotAllowed("PUT"))
	mux.HandleFunc("DELETE /api/tokens", a.withOAuth(a.deleteTokens))
	mux.Handle("/api/tokens", methodNotAllowed("DELETE"))
	mux.HandleFunc("/api/", notFound)
	return mux
}

func methodNotAllowed(allowed string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", allowed)
		(&refusal{http.StatusMethodNotAllowed, "method_not_allowed", "use " + allowed}).write(w)
	})
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	(&refusal{http.StatusNotFound, "unknown_path", "there is nothing at this path"}).write(w)
}

func setJSONHeaders(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	setJSONHeaders(w)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
