package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"
)

type api struct {
	store     *store
	writeKeys []configopaque.String // empty: any
	oauth     *authServer           // nil: no token is asked for
}

func newAPI(cfg *Config, logger *zap.Logger) (*api, error) {
	a := &api{store: newStore(cfg.MaxMessages, maxStoredBytes), writeKeys: cfg.WriteKeys}
	if !cfg.OAuth.HasValue() {
		return a, nil
	}
	var err error
	a.oauth, err = newAuthServer(cfg.OAuth.Get(), logger)
	return a, err
}

func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	for path := range uploadPaths {
		mux.HandleFunc("POST "+path, a.upload)
		mux.Handle(path, methodNotAllowed("POST"))
	}
	mux.HandleFunc("GET /api/messages", a.getMessages)
	mux.HandleFunc("DELETE /api/messages", a.deleteMessages)
	mux.Handle("/api/messages", methodNotAllowed("GET, HEAD, DELETE"))
	mux.HandleFunc("GET /api/stats", a.getStats)
	mux.Handle("/api/stats", methodNotAllowed("GET, HEAD"))
	mux.HandleFunc("POST "+tokenPath, a.withOAuth(a.postToken))
	mux.Handle(tokenPath, methodNotAllowed("POST"))
	mux.HandleFunc("PUT /api/oauth", a.withOAuth(a.putOAuth))
	mux.Handle("/api/oauth", methodNotAllowed("PUT"))
	mux.HandleFunc("DELETE /api/tokens", a.withOAuth(a.deleteTokens))
	mux.Handle("/api/tokens", methodNotAllowed("DELETE"))
	return mux
}

// storedMessage is what GET /api/messages says about a message, followed by the message itself.
type storedMessage struct {
	Seq        uint64      `json:"seq"`
	ReceivedAt string      `json:"received_at"`
	Path       string      `json:"path"`
	WriteKey   string      `json:"write_key"`
	Attempt    int         `json:"attempt"`
	Violations []violation `json:"violations"`
}

func (a *api) getMessages(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	var since uint64
	if s := query.Get("since"); s != "" {
		var err error
		if since, err = strconv.ParseUint(s, 10, 64); err != nil {
			(&refusal{http.StatusBadRequest, "invalid_since", "since: must be a sequence number"}).write(w)
			return
		}
	}
	records, lastSeq := a.store.since(since)
	typ, text := query.Get("type"), bytes.ToLower([]byte(query.Get("q")))

	setJSONHeaders(w)
	// A write fails only when the client has gone, and then nobody is left to tell.
	out := bufio.NewWriter(w)
	_, _ = out.WriteString(`{"messages":[`)
	separator := ""
	for i := range records {
		rec := &records[i]
		if typ != "" && rec.typ != typ || len(text) > 0 && !bytes.Contains(bytes.ToLower(rec.raw), text) {
			continue
		}
		_, _ = out.WriteString(separator)
		separator = ","
		writeRecord(out, rec)
	}
	_, _ = out.WriteString(`],"last_seq":` + strconv.FormatUint(lastSeq, 10) + "}\n")
	_ = out.Flush()
}

// writeRecord puts the raw message in by hand: the JSON encoder would change its white space and escapes.
func writeRecord(out *bufio.Writer, rec *record) {
	head, _ := json.Marshal(storedMessage{
		Seq:        rec.seq,
		ReceivedAt: rec.receivedAt.Format("2006-01-02T15:04:05.000Z07:00"),
		Path:       rec.path,
		WriteKey:   rec.writeKey,
		Attempt:    rec.attempt,
		Violations: append([]violation{}, rec.violations...), // never null
	})
	_, _ = out.Write(head[:len(head)-1])
	_, _ = out.WriteString(`,"message":`)
	_, _ = out.Write(rec.raw)
	_ = out.WriteByte('}')
}

func (a *api) deleteMessages(w http.ResponseWriter, _ *http.Request) {
	a.store.reset()
	w.WriteHeader(http.StatusNoContent)
}

func (a *api) getStats(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, a.store.statistics())
}

func methodNotAllowed(allowed string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", allowed)
		(&refusal{http.StatusMethodNotAllowed, "method_not_allowed", "use " + allowed}).write(w)
	})
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
