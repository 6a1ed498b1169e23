package testcollector

import (
	"os"
	"strings"
)

// ForgetSDKVariables unsets the OTEL_* variables, so that those of the developer's shell reach neither the SDKs nor the
// collector under test.
func ForgetSDKVariables() {
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "OTEL_") {
			_ = os.Unsetenv(name)
		}
	}
}
