package sandbox

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestExpiring(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newExpiring(time.Minute, 10)
		assert.False(t, e.has("a"))
		assert.True(t, e.add("a"))
		assert.False(t, e.add("a"))
		time.Sleep(59 * time.Second)
		assert.True(t, e.has("a"))
		assert.True(t, e.add("b"))
		time.Sleep(time.Second)
		assert.False(t, e.has("a"))
		assert.True(t, e.has("b"))
		assert.True(t, e.add("a"))

		e.clear()
		assert.False(t, e.has("a"))
		assert.False(t, e.has("b"))
		assert.Empty(t, e.known)
		assert.Empty(t, e.order)
		assert.True(t, e.add("a"))
	})
}

func TestExpiringIsBounded(t *testing.T) {
	t.Parallel()
	e := newExpiring(time.Hour, 3)
	for i := range 10 {
		assert.True(t, e.add(strconv.Itoa(i)))
	}
	assert.Len(t, e.known, 3)
	assert.Len(t, e.order, 3)
	assert.False(t, e.has("6"))
	for i := 7; i < 10; i++ {
		assert.True(t, e.has(strconv.Itoa(i)))
	}
}
