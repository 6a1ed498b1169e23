package strictconf

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
)

type times struct {
	Pause   time.Duration                    `mapstructure:"pause"`
	Squash  span                             `mapstructure:",squash"`
	Section span                             `mapstructure:"section"`
	Pointer *span                            `mapstructure:"pointer"`
	On      configoptional.Optional[span]    `mapstructure:"on"`
	Off     configoptional.Optional[span]    `mapstructure:"off"`
	Checked configoptional.Optional[checked] `mapstructure:"checked"`
	Count   int                              `mapstructure:"count"`
	hidden  time.Duration
}

type span struct {
	Limit time.Duration `mapstructure:"limit,omitempty"`
}

// checked is like a section of the Collector.
type checked struct {
	Limit time.Duration `mapstructure:"limit"`
	Inner span          `mapstructure:"inner"`
}

func (c *checked) Validate() error { return errors.New("not called") }

func TestDurations(t *testing.T) {
	t.Parallel()
	every := func(d time.Duration) *times {
		return &times{
			d,
			span{d},
			span{d},
			&span{d}, configoptional.Some(span{d}), configoptional.Default(span{d}),
			configoptional.Some(checked{d, span{d}}), 15, 15,
		}
	}
	for _, d := range []time.Duration{0, time.Millisecond, time.Hour} {
		require.NoError(t, ValidateDurations(every(d)), d)
	}
	require.NoError(t, ValidateDurations(new(times)))

	const short = `: 15ns is too short: a number needs a unit, such as "15s"`
	require.EqualError(t, ValidateDurations(every(15)), "pause"+short+"\nlimit"+short+"\nsection::limit"+short+
		"\npointer::limit"+short+"\non::limit"+short+"\nchecked::limit"+short+"\nchecked::inner::limit"+short)
	require.ErrorContains(t, ValidateDurations(&times{Pause: time.Millisecond - 1}), "pause: 999.999µs is too short")

	const negative = ": must not be negative"
	assert.EqualError(t, ValidateDurations(every(-time.Second)), "pause"+negative+"\nlimit"+negative+"\nsection::limit"+negative+
		"\npointer::limit"+negative+"\non::limit"+negative+"\nchecked::inner::limit"+negative)
}
