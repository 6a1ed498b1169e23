package harness

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

//go:embed collector.yaml
var baseConfig string

// portVariables are the environment variables that collector.yaml takes its ports from.
var portVariables = []string{"GRPC_PORT", "HTTP_PORT", "METRICS_PORT", "ZPAGES_PORT", "SANDBOX_PORT"}

// unopenedPorts are for commands that read the configuration and go no further.
var unopenedPorts = []string{
	"GRPC_PORT=4317", "HTTP_PORT=4318", "METRICS_PORT=8888", "ZPAGES_PORT=55679", "SANDBOX_PORT=9100",
}

// Collector is a collector with collector.yaml.
type Collector struct {
	*testcollector.Process

	GRPCAddress string // of the OTLP receiver, host:port
	HTTPURL     string // of the OTLP receiver, without a path
	MetricsURL  string // of the Prometheus endpoint
	ZPagesURL   string // of the zpages extension, where a test has enabled it

	// Sandbox is the one that runs in the collector, unless WithoutSandbox is among the overlays.
	Sandbox Sandbox
}

// StartCollector returns when the collector is ready. The overlays are YAML, merged over collector.yaml in their order.
func StartCollector(tb testing.TB, overlays ...string) *Collector {
	tb.Helper()
	return StartCollectorWith(tb, nil, overlays...)
}

// StartCollectorWith is StartCollector with flags for the command line.
func StartCollectorWith(tb testing.TB, flags []string, overlays ...string) *Collector {
	tb.Helper()
	return newCollector(testcollector.Start(tb, portVariables, append(configFlags(tb, overlays), flags...)...))
}

func newCollector(p *testcollector.Process) *Collector {
	return &Collector{
		Process:     p,
		GRPCAddress: "localhost:" + p.Ports[0],
		HTTPURL:     "http://localhost:" + p.Ports[1],
		MetricsURL:  "http://localhost:" + p.Ports[2] + "/metrics",
		ZPagesURL:   "http://localhost:" + p.Ports[3],
		Sandbox:     Sandbox{URL: "http://localhost:" + p.Ports[4]},
	}
}

// Restart starts a collector that has ended again, on the same ports. It does not wait until it is ready.
func (c *Collector) Restart(tb testing.TB) *Collector {
	tb.Helper()
	return newCollector(c.Process.Restart(tb))
}

// Run runs a command of the collector that ends by itself, such as "validate". The empty command is a start, for
// configurations with which it fails. Run returns the output and the exit code.
func Run(tb testing.TB, command string, overlays ...string) (text string, code int) {
	tb.Helper()
	args := configFlags(tb, overlays)
	if command != "" {
		args = append([]string{command}, args...)
	}
	return testcollector.Run(tb, unopenedPorts, args...)
}

// configFlags writes collector.yaml and the overlays to a folder of the test, and names them on the command line.
func configFlags(tb testing.TB, overlays []string) []string {
	tb.Helper()
	var flags []string
	folder := tb.TempDir()
	for i, config := range append([]string{baseConfig}, overlays...) {
		path := filepath.Join(folder, fmt.Sprintf("config-%d.yaml", i))
		require.NoError(tb, os.WriteFile(path, []byte(config), 0o600))
		flags = append(flags, "--config", path)
	}
	return flags
}
