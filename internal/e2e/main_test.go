package e2e

import (
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	// What the developer's shell says to other programs must reach neither the SDK nor the collector under test.
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "OTEL_") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}
