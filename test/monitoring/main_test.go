package monitoring

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

const (
	alertsFile    = "../../deploy/prometheus/alerts.yaml"
	dashboardFile = "../../deploy/grafana/segment.json"
)

func TestMain(m *testing.M) {
	testcollector.ForgetSDKVariables()
	os.Exit(m.Run())
}

// tool is the path of a program that the machine may not have.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		// CI has all tools: a skip there would go unnoticed.
		require.Empty(t, os.Getenv("CI"), "there is no %s: install Debian's package prometheus", name)
		t.Skipf("there is no %s: install Debian's package prometheus", name)
	}
	return path
}

// promtool runs a command of promtool that has to succeed.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	text, err := exec.CommandContext(context.WithoutCancel(t.Context()), tool(t, "promtool"), args...).CombinedOutput()
	require.NoError(t, err, "%s", text)
}
