package kafka

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// fleet is two agents and two gateways, with the samples.
type fleet struct {
	topic, group string
	segment      *fakeSegment
	agents       []*node
	gateways     []*node
}

// node is a collector, which keeps its place in the fleet when it is started again.
type node struct {
	*testcollector.Process

	startTime time.Duration // the CPU time until it was ready
}

// overlays are merged over the samples: of agents, and of gateways.
type overlays struct {
	agents, gateways string
}

func newFleet(t *testing.T, o overlays) *fleet {
	t.Helper()
	f := &fleet{topic: newTopic(t, ""), segment: newFakeSegment(t)}
	f.group = f.topic
	for range 2 {
		f.addAgent(t, o.agents)
		f.addGateway(t, o.gateways)
	}
	return f
}

func (f *fleet) addAgent(t *testing.T, overlay string) *node {
	t.Helper()
	variables := map[string]string{"KAFKA_BROKERS": theBroker.address, "KAFKA_TOPIC": f.topic, "QUEUE_DIRECTORY": t.TempDir()}
	f.agents = append(f.agents, start(t, sample(t, "kafka-agent.yaml", variables), `
receivers: {otlp: {protocols: {grpc: {endpoint: "localhost:${env:GRPC_PORT}"}, http: {endpoint: "localhost:${env:HTTP_PORT}"}}}}
exporters: {kafka: {retry_on_failure: {initial_interval: 100ms, max_interval: 500ms}}}
`, overlay))
	return f.agents[len(f.agents)-1]
}

func (f *fleet) addGateway(t *testing.T, overlay string) *node {
	t.Helper()
	f.gateways = append(f.gateways, start(t, sample(t, "kafka-gateway.yaml", map[string]string{
		"KAFKA_BROKERS": theBroker.address, "KAFKA_TOPIC": f.topic, "KAFKA_GROUP": f.group,
		"INSTANCE": instance(len(f.gateways)), "SEGMENT_WRITE_KEY": "key",
	}), shortSession, uploadTo(f.segment), overlay))
	return f.gateways[len(f.gateways)-1]
}

// all are the agents, then the gateways.
func (f *fleet) all() []*node { return slices.Concat(f.agents, f.gateways) }

// instance is the name of a gateway, by its place.
func instance(i int) string { return fmt.Sprintf("gateway-%d", i) }

// shortSession is the shortest that the broker takes, so that tests need not wait long for what is gone.
const shortSession = "receivers: {kafka: {session_timeout: 6s, heartbeat_interval: 1s}}"

// uploadTo overlays the endpoint, and short times.
func uploadTo(s *fakeSegment) string {
	return "exporters: {segment: {endpoint: '" + s.URL + "', retry_on_failure: {initial_interval: 50ms, max_interval: 250ms}}}"
}

var variable = regexp.MustCompile(`\$\{env:([A-Z_]+)(?::-[^}]*)?\}`)

// sample reads a sample configuration. Its variables are replaced, so that each process has its own.
func sample(t *testing.T, name string, variables map[string]string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "config", name))
	require.NoError(t, err)
	return variable.ReplaceAllStringFunc(string(text), func(v string) string {
		if value, ok := variables[variable.FindStringSubmatch(v)[1]]; ok {
			return value
		}
		return v // in a comment
	})
}

const metricsPort = `
service: {telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: localhost, port: "${env:METRICS_PORT}"}}}}]}}}
`

// start starts a collector with a configuration, and others that are merged over it.
func start(t *testing.T, configs ...string) *node {
	t.Helper()
	folder := t.TempDir()
	var args []string
	for i, config := range append(configs, metricsPort) {
		path := filepath.Join(folder, strconv.Itoa(i)+".yaml")
		require.NoError(t, os.WriteFile(path, []byte(config), 0o600))
		args = append(args, "--config", path)
	}
	n := &node{Process: testcollector.Start(t, []string{"GRPC_PORT", "HTTP_PORT", "METRICS_PORT"}, args...)}
	n.startTime = n.cpuTime(t)
	return n
}

func (n *node) logsURL() string    { return "http://localhost:" + n.Ports[1] + "/v1/logs" }
func (n *node) metricsURL() string { return "http://localhost:" + n.Ports[2] + "/metrics" }

// crash kills the collector and starts it again.
func (n *node) crash(t *testing.T) {
	t.Helper()
	n.Kill(t)
	n.Process = n.Restart(t)
}

// end stops the collector for good, once it is ready: before that, a signal kills it.
func (n *node) end(t *testing.T) {
	t.Helper()
	require.True(t, n.WaitReady(t))
	require.Zero(t, n.Stop(t), "exit code")
}

// metric adds up the series of a metric.
func (n *node) metric(t require.TestingT, name string) int {
	text, err := get(n.metricsURL())
	require.NoError(t, err)
	return testcollector.SumOf(t, text, name, "")
}
