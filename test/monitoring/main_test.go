package monitoring

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

const (
	alertsFile    = "../../deploy/prometheus/alerts.yaml"
	dashboardFile = "../../deploy/grafana/segment.json"
)

func TestMain(m *testing.M) {
	testcollector.ForgetSDKVariables()
	os.Exit(m.Run())
}

// promtool runs a command of promtool that has to succeed.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	harness.NeedTools(t, "promtool")
	text, err := exec.CommandContext(context.WithoutCancel(t.Context()), "promtool", args...).CombinedOutput()
	require.NoError(t, err, "%s", text)
}
