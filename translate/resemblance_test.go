package translate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestResemblance has records that are not selected, some of which were perhaps meant to be.
func TestResemblance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scope, event string
		attributes   map[string]any
		expected     Resemblance
	}{
		"ordinary":                 {"http", "", map[string]any{"http.route": "/"}, NoResemblance},
		"event name":               {"shop.checkout", "Order Completed", nil, HasEventName},
		"older event name":         {"shop.checkout", "", map[string]any{"event.name": "ordered"}, HasEventName},
		"another case":             {"Segment.checkout", "", nil, HasSimilarScope},
		"camel case":               {"SegmentCheckout", "Order Completed", nil, HasSimilarScope},
		"another separator":        {"segment-checkout", "", nil, HasSimilarScope},
		"of another configuration": {"ANALYTICS/web", "", nil, HasSimilarScope},
		"another word":             {"segmentation", "", nil, NoResemblance},
		"shorter":                  {"seg", "", nil, NoResemblance},
		"letters of two bytes":     {"segmenté", "", nil, NoResemblance},
		"vocabulary":               {"Segment", "", map[string]any{"segment.user_id": "u"}, HasVocabulary},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld := event(t, c.attributes)
			ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().SetName(c.scope)
			recordOf(ld).SetEventName(c.event)
			cfg := NewDefaultConfig()
			cfg.Scopes = []string{"segment", "analytics"}
			got := translateAll(t, New(cfg, Source{WriteKey: "k"}), ld).results[0]
			require.Equal(t, NotSelected, got.Outcome)
			assert.Equal(t, c.expected, got.Resemblance)
			if c.event != "" {
				assert.Equal(t, c.event, got.Event)
			}
		})
	}
}
