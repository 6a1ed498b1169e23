package safequeue

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestPartNames are different for different names, whatever a storage makes of a name, and are what every storage takes.
func TestPartNames(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "logs", partName("logs", ""))
	assert.Equal(t, "logs_web_2", partName("logs", "web_2"))
	seen := map[string]string{}
	for _, name := range []string{
		"web", "Web", "we b", "web ", "we_b", "we-b", "we.b", "w/b", "ä", "ö", strings.Repeat("a", 60), strings.Repeat("a", 61), "..", "logs",
	} {
		part := partName("logs", name)
		assert.Regexp(t, `^logs_[a-z0-9_]{1,33}$`, part)
		assert.Empty(t, seen[part], name)
		seen[part] = name
	}
}
