package translate

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// TestProblemsOfWhatGivesWay counts a problem in a map that nothing is left of in the message: it makes no difference whether the
// map was taken apart before.
func TestProblemsOfWhatGivesWay(t *testing.T) {
	t.Parallel()
	problem := func(m pcommon.Map) { m.PutEmptyMap("x").PutDouble("y", math.NaN()) }
	for name, change := range map[string]func(plog.LogRecord){
		"context.direct": func(lr plog.LogRecord) {
			problem(lr.Attributes().PutEmptyMap("segment.context").PutEmptyMap("direct"))
		},
		"context.library": func(lr plog.LogRecord) {
			problem(lr.Attributes().PutEmptyMap("segment.context").PutEmptyMap("library"))
		},
		"a later source has a value": func(lr plog.LogRecord) {
			lr.Body().SetEmptyMap().PutEmptyMap("a").PutInt("z", 1)
			problem(lr.Attributes().PutEmptyMap("segment.properties").PutEmptyMap("a"))
			lr.Attributes().PutInt("segment.properties.a", 1)
		},
		"the source has the key twice": func(lr plog.LogRecord) {
			lr.Body().SetEmptyMap().PutEmptyMap("a\xff").PutInt("z", 1)
			a := lr.Attributes().PutEmptyMap("segment.properties")
			problem(a.PutEmptyMap("a\xff"))
			a.PutEmptyMap("a\xfe")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld := event(t, nil)
			change(recordOf(ld))
			got := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld)
			require.Len(t, got.messages, 1)
			assert.NotContains(t, string(got.messages[0]), `"x"`)
			assert.Equal(t, uint32(1), got.results[0].Warnings[NonFinite])
		})
	}
}
