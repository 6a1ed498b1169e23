//go:build linux

package monitoring

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestRuleFile lets promtool read the rules.
func TestRuleFile(t *testing.T) {
	t.Parallel()
	promtool(t, "check", "rules", "--lint=all", "--lint-fatal", alertsFile)
}

// TestEveryAlertFires in one of the scenarios, and says all that its receiver needs.
func TestEveryAlertFires(t *testing.T) {
	t.Parallel()
	fired := map[string]bool{}
	for _, s := range scenarios {
		for _, alert := range s.fires {
			fired[strings.Fields(alert)[0]] = true
		}
	}
	data, err := os.ReadFile(alertsFile)
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert       string            `yaml:"alert"`
				Labels      map[string]string `yaml:"labels"`
				Annotations map[string]string `yaml:"annotations"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	require.NoError(t, yaml.Unmarshal(data, &file))
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			assert.True(t, fired[rule.Alert], "%s fires in no scenario", rule.Alert)
			delete(fired, rule.Alert)
			assert.Contains(t, []string{"critical", "warning", "info"}, rule.Labels["severity"], rule.Alert)
			assert.NotEmpty(t, rule.Annotations["summary"], rule.Alert)
			assert.Contains(t, rule.Annotations["description"], "$labels.instance", rule.Alert)
		}
	}
	assert.Empty(t, fired, "there are no such alerts")
}

// TestAlerts drives collectors through the scenarios, and then lets promtool evaluate the rules with what their metrics were, as
// those of one Prometheus that scrapes all of them.
func TestAlerts(t *testing.T) {
	t.Parallel()
	harness.NeedTools(t, "promtool")
	rules, err := filepath.Abs(alertsFile)
	require.NoError(t, err)
	rigs := make([]*rig, len(scenarios))
	t.Run("scenarios", func(t *testing.T) {
		for i, s := range scenarios {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				r := &rig{name: strings.ReplaceAll(s.name, " ", "-")}
				s.run(t, r)
				rigs[i] = r
			})
		}
	})
	if t.Failed() {
		return
	}
	var input []inputSeries
	var expected []expectation
	for i, s := range scenarios {
		if rigs[i] == nil { // not chosen with -run
			continue
		}
		end := 0
		for _, r := range rigs[i].recordings {
			end = max(end, r.lastMinute())
		}
		for _, r := range rigs[i].recordings {
			input = append(input, r.input(end)...)
		}
		// A target of the same job that is down and not ours.
		input = append(input, inputSeries{fmt.Sprintf(`up{instance="%s-0",job="otelcol"}`, rigs[i].name), fmt.Sprintf("0x%d", end)})
		firing := fmt.Sprintf(`ALERTS{alertstate="firing",instance=~"%s(-\\d)?"}`, rigs[i].name)
		expected = append(expected,
			expect(fmt.Sprintf("last_over_time(%s[1d])", firing), end, s.fires),
			expect(firing, end, s.still))
	}
	file, err := yaml.Marshal(map[string]any{
		"rule_files":          []string{rules},
		"evaluation_interval": "1m",
		"tests":               []any{map[string]any{"interval": "1m", "input_series": input, "promql_expr_test": expected}},
	})
	require.NoError(t, err)
	// It stays, so that one can look at what the collectors had.
	path := filepath.Join("..", "..", "build", "alerts-test.yaml")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	promtool(t, "test", "rules", path)
}

type expectation struct {
	Expr       string       `yaml:"expr"`
	EvalTime   string       `yaml:"eval_time"`
	ExpSamples []expSamples `yaml:"exp_samples"`
}

type expSamples struct {
	Labels string  `yaml:"labels"`
	Value  float64 `yaml:"value"`
}

// expect has alerts as in scenario.fires.
func expect(alerts string, minute int, want []string) expectation {
	e := expectation{
		Expr:       fmt.Sprintf("group by (alertname, exporter, receiver, source) (%s)", alerts),
		EvalTime:   fmt.Sprintf("%dm", minute),
		ExpSamples: []expSamples{},
	}
	for _, alert := range want {
		fields := strings.Fields(alert)
		labels := map[string]string{"alertname": fields[0]}
		for _, field := range fields[1:] {
			name, value, _ := strings.Cut(field, "=")
			labels[name] = value
		}
		var list []string
		for _, name := range slices.Sorted(maps.Keys(labels)) {
			list = append(list, fmt.Sprintf("%s=%q", name, labels[name]))
		}
		e.ExpSamples = append(e.ExpSamples, expSamples{"{" + strings.Join(list, ",") + "}", 1})
	}
	return e
}
