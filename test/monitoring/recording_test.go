package monitoring

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// recording is what Prometheus would have of a collector.
type recording struct {
	stretcher

	instance string
	url      string
	scrapes  map[int]map[string]float64 // by minute, and by series

	mu   sync.Mutex
	last int // minute
}

// record scrapes a collector every minute, until the test ends.
func record(t *testing.T, instance, url string) *recording {
	t.Helper()
	start := time.Now()
	r := &recording{stretcher: newStretcher(t, start), instance: instance, url: url, scrapes: map[int]map[string]float64{}, last: -1}
	done, finished := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(done); <-finished })
	go func() {
		defer close(finished)
		ticker := time.NewTicker(minute)
		defer ticker.Stop()
		for {
			r.scrape()
			select {
			case <-ticker.C:
			case <-done:
				return
			}
		}
	}()
	return r
}

var sample = regexp.MustCompile(`(?m)^(\w+)(?:\{(.*)\})? (\S+)$`)

// scrape adds `up` and `instance` as Prometheus does. A scrape that was late counts for the minute in which it was made, so that a
// busy machine makes gaps and does not shift the time.
func (r *recording) scrape() {
	at := time.Since(r.start)
	text, err := harness.Get(r.url)
	target := `instance="` + r.instance + `",job="otelcol"`
	values := map[string]float64{"up{" + target + "}": 1}
	if err != nil {
		values["up{"+target+"}"] = 0
	}
	for _, m := range sample.FindAllStringSubmatch(text, -1) {
		value, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			continue
		}
		labels := target
		if m[2] != "" {
			labels = m[2] + "," + target
		}
		series, value := r.stretch(m[1]+"{"+labels+"}", value)
		values[series] = value
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = int((at + minute/2) / minute)
	r.scrapes[r.last] = values
}

// minutes returns when so many more were recorded.
func (r *recording) minutes(t *testing.T, n int) {
	t.Helper()
	end := r.lastMinute() + n
	harness.Eventually(t, func(t require.TestingT) { require.GreaterOrEqual(t, r.lastMinute(), end) })
}

func (r *recording) lastMinute() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

type inputSeries struct {
	Series string `yaml:"series"`
	Values string `yaml:"values"`
}

// input is the recording in the notation of promtool, up to a minute.
func (r *recording) input(end int) []inputSeries {
	r.mu.Lock()
	defer r.mu.Unlock()
	names := map[string]bool{}
	for _, values := range r.scrapes {
		for name := range values {
			names[name] = true
		}
	}
	var all []inputSeries
	for _, name := range slices.Sorted(maps.Keys(names)) {
		var text strings.Builder
		known := false
		for i := range end + 1 {
			value, is := r.scrapes[i][name]
			switch {
			case is:
				fmt.Fprintf(&text, "%s ", strconv.FormatFloat(value, 'f', -1, 64))
			case known && r.scrapes[i] != nil:
				text.WriteString("stale ")
			default:
				text.WriteString("_ ")
			}
			if r.scrapes[i] != nil {
				known = is
			}
		}
		all = append(all, inputSeries{name, strings.TrimSpace(text.String())})
	}
	return all
}
