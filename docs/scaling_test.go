package docs_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// million is the plan that scaling.md works out.
var million = plan{
	rate: 1e6, gateways: 27, perGateway: 62_500, segment: 1.7e6, retention: 24 * time.Hour,
	agents: 50, queueSize: 12e6, fromOneAgent: 30_000, sessionEnds: 45 * time.Second,
}

const day = 24 * time.Hour

var disturbances = []disturbance{
	{name: "nothing", watched: day},
	{name: "Segment is away for an hour", segmentAway: time.Hour, watched: day},
	{name: "Segment is away for an hour, and a third of the gateways is dead", segmentAway: time.Hour, deadGateways: 1. / 3, watched: 2 * day},
	{name: "a third of the gateways dies and is not replaced", deadGateways: 1. / 3, watched: day},
	{name: "half of the gateways dies and is not replaced", deadGateways: 1. / 2, watched: 3 * day},
	{name: "Kafka is away for ten minutes", kafkaAway: 10 * time.Minute, watched: day},
	{name: "Kafka is away for half an hour", kafkaAway: 30 * time.Minute, watched: day},
	{name: "Segment takes 900,000 a second", limit: 900_000, watched: 12 * day},
	{name: "Segment takes 1,000 a second, as without an arrangement", limit: 1_000, watched: 3 * day},
}

var simulated = regexp.MustCompile(`(?s)(<!-- simulation: go test [^\n]* -->\n).*?(<!-- end of simulation -->)`)

// TestScalingPlan lets the plan of scaling.md go through what can happen; -update writes what became of it.
func TestScalingPlan(t *testing.T) {
	t.Parallel()
	const file = "scaling.md"
	document := readText(t, file)
	match := simulated.FindStringSubmatch(document)
	require.NotNil(t, match)
	var table strings.Builder
	table.WriteString("\n| What happens | Most on the agents | Most in Kafka | Longest wait | Over after | Lost or refused |\n" +
		"| --- | --- | --- | --- | --- | --- |\n")
	for _, d := range disturbances {
		o := million.simulate(d)
		over, loss := "never", "none"
		if o.ends {
			over = length(o.over)
		}
		if o.lost+o.refused > 0 {
			loss = "from " + length(o.lossFrom) + " on, " + events(o.lost+o.refused)
			if o.lossRate > 0 {
				loss = "from " + length(o.lossFrom) + " on, without end"
			}
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s | %s | %s |\n",
			d.name, events(o.onAgents), events(o.inKafka), length(o.oldest), over, loss)
	}
	want := match[1] + table.String() + "\n" + match[2]
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(strings.Replace(document, match[0], want, 1)), 0o600))
		return
	}
	assert.Equal(t, want, match[0], "run go test ./docs -run TestScalingPlan -update")
}

// TestSimulation checks it against what can be reckoned by hand.
func TestSimulation(t *testing.T) {
	t.Parallel()
	p := plan{rate: 100, gateways: 3, perGateway: 50, segment: 1_000, retention: time.Hour, agents: 1, queueSize: 6_000, fromOneAgent: 200}

	o := p.simulate(disturbance{segmentAway: 10 * time.Minute, watched: 2 * time.Hour})
	assert.InDelta(t, 60_000, o.inKafka, 200)
	// 50 of 150 a second are left for the backlog: it takes twice the outage.
	assert.InDelta(t, 30*60, o.over.Seconds(), 10)
	assert.Zero(t, o.lost)

	o = p.simulate(disturbance{limit: 50, watched: 4 * time.Hour})
	assert.InDelta(t, p.retention.Seconds(), o.oldest.Seconds(), 2)
	assert.False(t, o.ends)
	// From the second hour on, what comes and is not taken. The oldest waits an hour at that time.
	assert.InDelta(t, 50*2*3600, o.lost, 1_000)

	o = p.simulate(disturbance{kafkaAway: 2 * time.Minute, watched: time.Hour})
	assert.InDelta(t, 6_000, o.refused, 200)
	assert.InDelta(t, 6_000, o.onAgents, 1)
}

// events is a number of events in words.
func events(n float64) string {
	switch {
	case n < 1:
		return "none"
	case n >= 1e9:
		return fmt.Sprintf("%d,%03d million", int(n/1e9), int(n/1e6)%1_000)
	default:
		return fmt.Sprintf("%.0f million", n/1e6)
	}
}

func length(d time.Duration) string {
	switch {
	case d < time.Second:
		return "none"
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 2*day:
		return fmt.Sprintf("%.1f h", d.Hours())
	default:
		return fmt.Sprintf("%.0f days", d.Hours()/24)
	}
}
