package e2e

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// metric adds up the series of a counter of the exporter that carry a label (`reason="too_large"`, "" for all). Whether
// the Prometheus reader puts "total" behind the name is not ours to test.
func (c *collector) metric(t require.TestingT, name, label string) int {
	text, err := get(c.metricsURL)
	require.NoError(t, err)
	series := regexp.MustCompile(`(?m)^otelcol_exporter_segment_` + name + `(?:_total)?(\{.*\})? (\S+)$`)
	sum := 0.0
	for _, match := range series.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(match[1], label) {
			continue
		}
		value, err := strconv.ParseFloat(match[2], 64)
		require.NoError(t, err)
		sum += value
	}
	return int(sum)
}

// waitForRequests waits until uploads were answered with the status, 0 for no answer.
func (c *collector) waitForRequests(t *testing.T, status, atLeast int) {
	t.Helper()
	label := `status_code="` + strconv.Itoa(status) + `"`
	eventually(t, func(t require.TestingT) {
		require.GreaterOrEqual(t, c.metric(t, "requests", label), atLeast, label)
	})
}

// requireMetric waits: the exporter counts a little after the sandbox has answered.
func (c *collector) requireMetric(t *testing.T, name, label string, want int) {
	t.Helper()
	eventually(t, func(t require.TestingT) {
		require.Equal(t, want, c.metric(t, name, label), "%s{%s}", name, label)
	})
}
