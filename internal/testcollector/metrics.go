package testcollector

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

// SumOf adds up the series of a metric that carry a label (`reason="too_large"`, "" for all). text is the collector's answer to
// Prometheus, and name lacks the `otelcol_` in front and the `_total` at the end, which not every reader adds.
func SumOf(t require.TestingT, text, name, label string) int {
	series := regexp.MustCompile(`(?m)^otelcol_` + name + `(?:_total)?(\{.*\})? (\S+)$`)
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
