package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
)

func runSources(t *testing.T) (*sandboxExtension, sandbox) {
	cfg := testConfig()
	cfg.Sources = map[string]SourceConfig{"web": {WriteKey: "key-of-web"}, "ios": {WriteKey: "key-of-ios"}}
	cfg.WriteKeys = []configopaque.String{"key-of-nobody"}
	return runExtension(t, cfg)
}

// labels are what the sandbox shows of the sources of the messages that it lists.
func (s sandbox) labels(query string) (labels []string) {
	for _, m := range s.messages(query).Messages {
		labels = append(labels, m.Source+" "+m.WriteKey)
	}
	return labels
}

func TestConfiguredSources(t *testing.T) {
	t.Parallel()
	_, s := runSources(t)
	for key, status := range map[string]int{"key-of-web": 200, "key-of-ios": 200, "key-of-nobody": 200, "key-of-others": 401} {
		assert.Equal(t, status, s.upload(`{"batch":[`+track(key, "")+`]}`, "Authorization", basic(key)), key)
	}
	assert.ElementsMatch(t, []string{"web key-…", "ios key-…", " key-…"}, s.labels(""))
	for query, want := range map[string]string{"?source=web": "web key-…", "?source=ios": "ios key-…", "?source=key-…": " key-…"} {
		assert.Equal(t, []string{want}, s.labels(query), query)
	}
	assert.Empty(t, s.messages("?source=key-of-web").Messages)
	assert.Empty(t, s.messages("?source=web&type=page").Messages)
	_, answer, _ := s.do(http.MethodGet, "/api/messages?view=summary&source=web", "")
	assert.Contains(t, answer, `"write_key":"key-…","source":"web"`)
	assert.Contains(t, s.stream("?source=ios").must().data, `"source":"ios"`)
}

func TestObservedSources(t *testing.T) {
	t.Parallel()
	ext, s := runExtension(t, testConfig())
	send := func(key string) { require.Equal(t, 200, s.upload(`{"batch":[{}],"writeKey":"`+key+`"}`)) }
	send("key-of-web")
	ext.ObserveSource("segment", "web", "key-of-web")
	ext.ObserveSource("segment", "", "key-of-ios")
	ext.ObserveSource("segment", strings.Repeat("x", 1000), "key-of-android")
	send("key-of-web")
	send("key-of-ios")
	send("key-of-android")
	ext.ObserveSource("segment/other", "shop", "key-of-web")
	send("key-of-web")
	assert.Equal(t, []string{
		" key-…", "web key-…", " key-…", strings.Repeat("x", maxFieldBytes) + "… key-…", "shop key-…",
	}, s.labels(""))
}

func TestConfiguredNamesCount(t *testing.T) {
	t.Parallel()
	ext, s := runSources(t)
	ext.ObserveSource("segment", "other", "key-of-web")
	assert.Equal(t, 200, s.upload(`{"batch":[{}],"writeKey":"key-of-web"}`))
	assert.Equal(t, []string{"web key-…"}, s.labels(""))
}

func TestObserveSourceWhileItRuns(t *testing.T) {
	t.Parallel()
	ext := newExtension(testConfig(), componenttest.NewNopTelemetrySettings())
	assert.NotPanics(t, func() { ext.ObserveSource("segment", "web", "key-of-web") })
}

// TestFaultOfOneSource refuses one source, while the others go on.
func TestFaultOfOneSource(t *testing.T) {
	t.Parallel()
	ext, s := runSources(t)
	ext.ObserveSource("segment", "android", "other-key-of-android")
	for _, name := range []string{"web", "android"} {
		s.setFaults(`[{"status":401,"source":"` + name + `"}]`)
		for _, tt := range []struct {
			source, body string
			headers      []string
		}{
			{"web", `{"batch":[],"writeKey":"key-of-web"}`, nil},
			{"web", `{"batch":[]}`, []string{"Authorization", basic("key-of-web")}},
			{"web", "no JSON", []string{"Authorization", basic("key-of-web")}},
			{"ios", `{"batch":[],"writeKey":"key-of-ios"}`, nil},
			{"android", `{"batch":[],"writeKey":"other-key-of-android"}`, nil},
			{"nobody", `{"batch":[]}`, nil},
		} {
			s.upload(tt.body, tt.headers...)
			want := 0
			if tt.source == name {
				want = 1
			}
			assert.Equal(t, want, s.faults()[0].Hits, "%s %s", name, tt.body)
			s.setFaults(`[{"status":401,"source":"` + name + `"}]`)
		}
	}
	s.setFaults(`[{"status":503,"source":"othe…"}]`)
	assert.Equal(t, 401, s.upload(`{"batch":[],"writeKey":"other-key-of-android"}`), "has a name")
	assert.Equal(t, 503, s.upload(`{"batch":[],"writeKey":"other-key-of-nobody"}`))

	status, answer, _ := s.do(http.MethodPost, "/api/faults", `{"status":401,"source":"windows"}`)
	assert.Equal(t, 400, status)
	assert.Contains(t, answer, "(android, ios, web)")
	assert.NotContains(t, answer, "key-of")
}
