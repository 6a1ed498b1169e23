package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

const (
	// waitTimeout is for conditions that hold within a second on an idle machine.
	waitTimeout = 30 * time.Second
	tick        = 20 * time.Millisecond
)

// withoutSandbox is for a collector whose Segment is somewhere else.
const withoutSandbox = "service: {extensions: []}"

// collector is a collector with testdata/collector.yaml.
type collector struct {
	*testcollector.Process

	grpcAddress, httpURL, metricsURL, zpagesURL string

	sandbox sandbox
}

// startCollector returns when the collector is ready. The overlays are YAML, merged over testdata/collector.yaml.
func startCollector(tb testing.TB, overlays ...string) *collector {
	tb.Helper()
	return startCollectorWith(tb, nil, overlays...)
}

// startCollectorWith starts it with flags.
func startCollectorWith(tb testing.TB, flags []string, overlays ...string) *collector {
	tb.Helper()
	variables := []string{"GRPC_PORT", "HTTP_PORT", "METRICS_PORT", "ZPAGES_PORT", "SANDBOX_PORT"}
	return newCollector(testcollector.Start(tb, variables, append(configArgs(tb, overlays...), flags...)...))
}

func newCollector(p *testcollector.Process) *collector {
	return &collector{
		Process:     p,
		grpcAddress: "localhost:" + p.Ports[0],
		httpURL:     "http://localhost:" + p.Ports[1],
		metricsURL:  "http://localhost:" + p.Ports[2] + "/metrics",
		zpagesURL:   "http://localhost:" + p.Ports[3],
		sandbox:     sandbox{url: "http://localhost:" + p.Ports[4]},
	}
}

// restart starts a collector that has ended again, on the same ports. It does not wait until it is ready.
func (c *collector) restart(tb testing.TB) *collector {
	tb.Helper()
	return newCollector(c.Restart(tb))
}

func configArgs(tb testing.TB, overlays ...string) []string {
	tb.Helper()
	args := []string{"--config", filepath.Join("testdata", "collector.yaml")}
	folder := tb.TempDir()
	for i, overlay := range overlays {
		path := filepath.Join(folder, fmt.Sprintf("overlay-%d.yaml", i))
		require.NoError(tb, os.WriteFile(path, []byte(overlay), 0o600))
		args = append(args, "--config", path)
	}
	return args
}
