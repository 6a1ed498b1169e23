package translate

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAppendFloat agrees with encoding/json, which writes numbers as JavaScript does, but for the sign of zero.
func TestAppendFloat(t *testing.T) {
	t.Parallel()
	for _, f := range []float64{
		0, 1, -1, 25, 0.1, 27.5, 1e20, 1e21, -1e21, 1e-6, 1e-7, -1.5e-9, 1e100, 1 << 53, math.MaxFloat64, math.SmallestNonzeroFloat64,
	} {
		expected, err := json.Marshal(f)
		require.NoError(t, err)
		assert.Equal(t, string(expected), string(appendFloat(nil, f)))
	}
	assert.Equal(t, "0", string(appendFloat(nil, math.Copysign(0, -1))))
}

func TestGlob(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, name string
		expected      bool
	}{
		{"a", "a", true},
		{"a", "ab", false},
		{"*", "", true},
		{"*", "anything", true},
		{"shop.*", "shop.cart", true},
		{"shop.*", "shop.", true},
		{"shop.*", "shop", false},
		{"*.done", "order.done", true},
		{"a*a", "a", false},
		{"a*a", "aa", true},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"*a*b*", "xxaxxbxx", true},
		{"**", "x", true},
		{"[a]?", "[a]?", true},
		{"[a]?", "ab", false},
	} {
		assert.Equal(t, c.expected, newGlob(c.pattern).match(c.name), "%s on %s", c.pattern, c.name)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	n := newNames([]string{"http.route", "db"})
	for key, expected := range map[string]bool{
		"http.route": true, "http.route.x": true, "http.routes": false, "http": false, "db": true, "db.x.y": true, "dbx": false,
		"x.db": false, "": false, strings.Repeat("a.", 100): false,
	} {
		assert.Equal(t, expected, n.cover(key), key)
	}
	assert.False(t, newNames(nil).cover("a"))
}
