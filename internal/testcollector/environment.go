package testcollector

import (
	"os"
	"strings"
)

// ForgetSDKVariables keeps what the developer's shell says to other programs from the SDKs and the collector under test.
func ForgetSDKVariables() {
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "OTEL_") {
			_ = os.Unsetenv(name)
		}
	}
}
