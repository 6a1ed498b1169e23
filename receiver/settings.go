package receiver

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
)

// keyPattern is what a write key looks like that may be put into a URL.
var keyPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// settingsOutcome is what came of a request for settings, as it stands in metrics.
type settingsOutcome string

const (
	settingsCached  settingsOutcome = "cached"
	settingsFailed  settingsOutcome = "failed"
	settingsFetched settingsOutcome = "fetched"
	settingsRefused settingsOutcome = "refused"
	settingsStale   settingsOutcome = "stale"
	settingsStatic  settingsOutcome = "static"
)

var settingsOutcomes = []settingsOutcome{
	settingsCached, settingsFailed, settingsFetched, settingsRefused, settingsStale, settingsStatic,
}

// settingsOf gives browsers and phones the settings of a source, in which stands where the messages go. Without them they send to
// Segment itself.
type settingsOf struct {
	apiHost  string
	upstream *upstream // nil: they are made here
}

func newSettings(cfg *SettingsConfig, log *limitedLog) *settingsOf {
	host := strings.TrimRight(cfg.APIHost, "/")
	switch cfg.Mode {
	case SettingsStatic:
		return &settingsOf{apiHost: host}
	case SettingsUpstream:
		return &settingsOf{host, newUpstream(cfg, host, log)}
	default:
		return nil
	}
}

func (s *settingsOf) close() {
	if s != nil && s.upstream != nil {
		s.upstream.client.CloseIdleConnections()
	}
}

// sendSettings answers a request for settings.
func (a *api) sendSettings(w http.ResponseWriter, r *http.Request, at *arrival) *answer {
	key := at.parameter
	source, no := a.sources.find(key)
	if no == nil && !keyPattern.MatchString(key) {
		no = unknownWriteKey
	}
	if no != nil {
		a.metrics.settings(r.Context(), settingsRefused)
		return no
	}
	body, outcome := a.settings.get(r.Context(), source, key)
	a.metrics.settings(r.Context(), outcome)
	if outcome == settingsFailed {
		return noSettings
	}
	w.Header().Set("Cache-Control", "private, max-age=60")
	return &answer{status: http.StatusOK, body: body}
}

// get returns the settings of a source. They are nil when it failed.
func (s *settingsOf) get(ctx context.Context, source, key string) ([]byte, settingsOutcome) {
	if s.upstream != nil {
		return s.upstream.get(ctx, source, key)
	}
	return s.static(key), settingsStatic
}

// librarySettings are the members that the libraries read.
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

// librarySegment is where messages go. analytics.js takes its write key from here.
type librarySegment struct {
	APIKey   string `json:"apiKey"`
	APIHost  string `json:"apiHost"`
	Protocol string `json:"protocol"`
}

func (s *settingsOf) static(key string) []byte {
	body, _ := json.Marshal(librarySettings{ // strings can always be encoded
		Integrations: map[string]librarySegment{"Segment.io": {APIKey: key, APIHost: s.apiHost, Protocol: "https"}},
	})
	return body
}
