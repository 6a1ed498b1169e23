package translate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func TestNamesOfEventEntries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		entry    EventConfig
		problems []string
	}{
		"none":           {EventConfig{Match: "shop.*", Type: Page}, nil},
		"of a track":     {EventConfig{Match: "shop.*", Name: "Shopped"}, nil},
		"blank":          {EventConfig{Match: "shop.*", Name: " "}, []string{"events::0: name: must not be blank"}},
		"of a page":      {EventConfig{Match: "shop.*", Type: Page, Name: "Home"}, []string{"events::0: name: only a track has an event name, and type is page"}},
		"without a glob": {EventConfig{Name: " "}, []string{"match: must be an event name", "name: must not be blank"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := NewDefaultConfig()
			cfg.Events = []EventConfig{c.entry}
			err := confmap.Validate(&cfg)
			if c.problems == nil {
				require.NoError(t, err)
				return
			}
			for _, problem := range c.problems {
				assert.ErrorContains(t, err, problem)
			}
		})
	}
}

// TestRenamedEventInResults keeps the name that the application knows.
func TestRenamedEventInResults(t *testing.T) {
	t.Parallel()
	cfg := NewDefaultConfig()
	cfg.Events = []EventConfig{{Match: "Tested", Name: "Renamed"}}
	got := translateAll(t, New(cfg, Source{WriteKey: "k"}), event(t, nil))
	assert.Contains(t, string(got.messages[0]), `"event":"Renamed"`)
	assert.Equal(t, "Tested", got.results[0].Event)
}
