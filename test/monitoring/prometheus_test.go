package monitoring

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

const scrapeInterval = time.Second

// prometheus is one that scrapes collectors, and evaluates the alerts.
type prometheus struct {
	url string
}

// startPrometheus scrapes targets, by the names of their instances.
func startPrometheus(t *testing.T, targets map[string]*harness.Collector) prometheus {
	t.Helper()
	rules, err := filepath.Abs(alertsFile)
	require.NoError(t, err)
	folder := t.TempDir()
	var config strings.Builder
	fmt.Fprintf(&config, "global: {scrape_interval: %[1]s, scrape_timeout: %[1]s, evaluation_interval: %[1]s}\nrule_files: [%[2]q]\n"+
		"scrape_configs:\n  - job_name: otelcol\n    static_configs:\n", scrapeInterval, rules)
	for instance, c := range targets {
		metrics, err := url.Parse(c.MetricsURL)
		require.NoError(t, err)
		fmt.Fprintf(&config, "      - {targets: [%q], labels: {instance: %q}}\n", metrics.Host, instance)
	}
	path := filepath.Join(folder, "prometheus.yaml")
	require.NoError(t, os.WriteFile(path, []byte(config.String()), 0o600))
	address := "localhost:" + testcollector.FreePorts(t, 1)[0]
	output := &testcollector.Output{}
	//nolint:noctx // Its cleanup stops it.
	cmd := exec.Command("prometheus", "--config.file", path, "--storage.tsdb.path", filepath.Join(folder, "data"),
		"--web.listen-address", address, "--log.level", "warn")
	cmd.Stdout, cmd.Stderr = output, output
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("output of Prometheus:\n%s", output.Tail())
		}
	})
	p := prometheus{"http://" + address}
	harness.Eventually(t, func(t require.TestingT) {
		_, err := harness.Get(p.url + "/-/ready")
		require.NoError(t, err)
	})
	return p
}

// get decodes the data of an answer of the API.
func (p prometheus) get(t require.TestingT, path string, query url.Values, data any) {
	text, err := harness.Get(p.url + path + "?" + query.Encode())
	require.NoError(t, err)
	answer := struct {
		Data any `json:"data"`
	}{data}
	require.NoError(t, json.Unmarshal([]byte(text), &answer))
}

// series is one of a matrix, or of a vector.
type series struct {
	Metric map[string]string `json:"metric"`
	Values [][2]any          `json:"values,omitempty"`
	Value  [2]any            `json:"value"`
}

// query evaluates an expression over a time, or at its end.
func (p prometheus) query(t require.TestingT, expr string, begin, end time.Time, instant bool) []series {
	var data struct {
		Result []series `json:"result"`
	}
	if instant {
		p.get(t, "/api/v1/query", url.Values{"query": {expr}, "time": {seconds(end)}}, &data)
	} else {
		p.get(t, "/api/v1/query_range", url.Values{"query": {expr}, "start": {seconds(begin)}, "end": {seconds(end)}, "step": {"1"}}, &data)
	}
	return data.Result
}

func seconds(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
