package harness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// WaitTimeout is for conditions that hold within a second on an idle machine.
	WaitTimeout = 30 * time.Second
	// Tick is the pause between two looks at a condition.
	Tick = 20 * time.Millisecond
)

// Eventually repeats the condition until none of its assertions fails. After WaitTimeout the last failures are those of the
// test.
func Eventually(t *testing.T, condition func(require.TestingT)) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) { condition(c) }, WaitTimeout, Tick)
}
