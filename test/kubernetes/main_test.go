package kubernetes

import (
	"os"
	"testing"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

func TestMain(m *testing.M) {
	testcollector.ForgetSDKVariables()
	os.Exit(m.Run())
}
