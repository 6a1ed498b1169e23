package translate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// TestDerivedIDIsKept has an id that earlier versions made: they were made with one source, which had no name.
func TestDerivedIDIsKept(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "otel-5e04a2a0717f3ea7131ac4629219a0c8", idOf(t, "k", full()))
}

// TestSources looks for the name on the record, the scope and the resource.
func TestSources(t *testing.T) {
	t.Parallel()
	named := []Source{{Name: "web", WriteKey: "w"}, {Name: "ios", WriteKey: "i"}, {Name: "web", WriteKey: "twice"}}
	withDefault := append([]Source{{WriteKey: "k"}}, named...)
	for name, c := range map[string]struct {
		sources                 []Source
		resource, scope, record any
		outcome                 Outcome
		source                  int
		sourceName              string
	}{
		"none":                          {withDefault, nil, nil, nil, Message, 0, ""},
		"none, and there is no default": {named, nil, nil, nil, UnknownSource, -1, ""},
		"no sources":                    {nil, nil, nil, nil, UnknownSource, -1, ""},
		"resource":                      {named, "web", nil, nil, Message, 0, "web"},
		"scope wins":                    {named, "web", "ios", nil, Message, 1, "ios"},
		"record wins":                   {withDefault, "web", "web", "ios", Message, 2, "ios"},
		"unknown":                       {withDefault, "web", nil, "android", UnknownSource, -1, "android"},
		"case counts":                   {withDefault, "Web", nil, nil, UnknownSource, -1, "Web"},
		"blank names none":              {withDefault, "web", " ", "", Message, 1, "web"},
		"another kind names none":       {withDefault, nil, true, 7, Message, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld := event(t, map[string]any{"segment.source": c.record})
			rl := ld.ResourceLogs().At(0)
			require.NoError(t, rl.Resource().Attributes().FromRaw(map[string]any{"segment.source": c.resource}))
			require.NoError(t, rl.ScopeLogs().At(0).Scope().Attributes().FromRaw(map[string]any{"segment.source": c.scope}))
			got := translateAll(t, New(NewDefaultConfig(), c.sources...), ld).results[0]
			assert.Equal(t, c.outcome, got.Outcome)
			assert.Equal(t, c.source, got.Source)
			assert.Equal(t, c.sourceName, got.SourceName)
			assert.Equal(t, Warnings{}, got.Warnings)
		})
	}
}

// TestSourcesOfOneScope has a record of each source, then one that is dropped, and one of the source of the scope.
func TestSourcesOfOneScope(t *testing.T) {
	t.Parallel()
	ld := event(t, nil)
	records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	for _, name := range []string{"web", "android", ""} {
		lr := records.AppendEmpty()
		recordOf(ld).CopyTo(lr)
		lr.Attributes().PutStr("segment.source", name)
	}
	var sources []int
	for _, result := range translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}, Source{"web", "w"}), ld).results {
		sources = append(sources, result.Source)
	}
	assert.Equal(t, []int{0, 1, -1, 0}, sources)
}

// TestUnknownSourceAmongOutcomes says which outcomes win over it.
func TestUnknownSourceAmongOutcomes(t *testing.T) {
	t.Parallel()
	for expected, attributes := range map[Outcome]map[string]any{
		InvalidType:   {"segment.type": "purchase"},
		UnknownSource: {"segment.type": "group", "user.id": ""},
	} {
		attributes["segment.source"] = "android"
		assert.Equal(t, expected, translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), event(t, attributes)).results[0].Outcome)
	}
	ld := event(t, map[string]any{"segment.source": "android"})
	ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().SetName("http")
	got := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).results[0]
	assert.Equal(t, NotSelected, got.Outcome)
}

// TestDerivedIDBySource gives a record another id for another write key, and the same one whatever the source of the key is
// called.
func TestDerivedIDBySource(t *testing.T) {
	t.Parallel()
	id := func(ld plog.Logs, sources ...Source) string {
		return string(derivedID.Find(translateAll(t, New(NewDefaultConfig(), sources...), ld).messages[0]))
	}
	ld := event(t, map[string]any{"segment.source": "web"})
	web := id(ld, Source{"web", "w"})
	assert.Equal(t, web, id(ld, Source{WriteKey: "k"}, Source{"ios", "i"}, Source{"web", "w"}))
	assert.NotEqual(t, web, id(ld, Source{"web", "another"}))
	assert.Equal(t, id(event(t, nil), Source{WriteKey: "k"}), id(event(t, nil), Source{"web", "w"}, Source{"", "k"}))
}
