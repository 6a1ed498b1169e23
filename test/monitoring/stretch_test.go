package monitoring

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// The alerts live slower than the tests: what the collector does in 0.4 s is a minute for them. Every scrape is the
// sample of one such minute, and all that the collector measures in seconds is as much longer; see stretch. Waits of the collector
// that a test sets, such as those between two attempts, are chosen as much shorter than usual.
const (
	minute  = 400 * time.Millisecond
	slower  = float64(time.Minute / minute)
	instant = "otelcol_exporter_segment_last_delivery_time"
)

// stretcher makes the values of the tests those of the alerts.
type stretcher struct {
	start   time.Time
	seconds map[string]bool // metrics with the unit s, but instant
}

func newStretcher(t *testing.T, start time.Time) stretcher {
	t.Helper()
	s := stretcher{start, map[string]bool{}}
	for _, folder := range []string{"", "receiver"} {
		data, err := os.ReadFile(filepath.Join("..", "..", folder, "metadata.yaml"))
		require.NoError(t, err)
		var metadata struct {
			Telemetry struct {
				Metrics map[string]struct {
					Unit string `yaml:"unit"`
				} `yaml:"metrics"`
			} `yaml:"telemetry"`
		}
		require.NoError(t, yaml.Unmarshal(data, &metadata))
		for name, m := range metadata.Telemetry.Metrics {
			if m.Unit == "s" {
				s.seconds["otelcol_"+name] = true
			}
		}
	}
	require.True(t, s.seconds[instant])
	delete(s.seconds, instant)
	return s
}

// stretch changes a series with a value. The alerts' time begins at 0, when the test does.
func (s stretcher) stretch(series string, value float64) (string, float64) {
	name, labels, _ := strings.Cut(series, "{")
	if name == instant {
		return series, (value - float64(s.start.UnixNano())/1e9) * slower
	}
	if s.seconds[name] {
		return series, value * slower
	}
	if histogram, is := strings.CutSuffix(name, "_sum"); is && s.seconds[histogram] {
		return series, value * slower
	}
	if histogram, is := strings.CutSuffix(name, "_bucket"); is && s.seconds[histogram] {
		before, rest, _ := strings.Cut(labels, `le="`)
		bound, after, _ := strings.Cut(rest, `"`)
		if le, err := strconv.ParseFloat(bound, 64); err == nil {
			bound = strconv.FormatFloat(le*slower, 'g', -1, 64)
		}
		return name + "{" + before + `le="` + bound + `"` + after, value
	}
	return series, value
}
