package kubernetes

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

var (
	endpoint    = regexp.MustCompile(`(?:0\.0\.0\.0|\$\{env:MY_POD_IP\}):(\d+)`)
	metricsHost = regexp.MustCompile(`host: (?:0\.0\.0\.0|\$\{env:MY_POD_IP\})(\s+port: )8888`)
)

// TestGatewayRuns starts the collector of a gateway with the arguments, the environment and the configuration of its pod. Only
// ports, folders and Segment's address are others. It sends to each port that the Service has, and asks what the kubelet asks.
func TestGatewayRuns(t *testing.T) {
	for _, v := range variants {
		if v.name != "gateway" && v.name != "helm" {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			m := v.build(t)
			p := newPod(t, m, m.statefulSets[0], v.made)
			for name, value := range p.env {
				t.Setenv(name, value)
			}
			segment := harness.NewSandbox(t)
			ports := p.listening(t)
			c := p.start(t, ports, segment)
			p.requireHealthy(t, c)

			segment.Inject(t, `{"status": 401}`)
			c.PostLogs(t, "application/x-protobuf", protobuf(t))
			_, err := c.GRPCClient(t).Export(t.Context(), harness.SomeEvents(1))
			require.NoError(t, err)
			track := "http://localhost:" + c.ports["segment"] + "/v1/track"
			const message = `{"event": "Order Completed", "userId": "customer-1042"}`
			assert.Equal(t, http.StatusOK, harness.PostAsLibrary(t, track, p.env["SEGMENT_WRITE_KEY"], message))
			assert.Equal(t, http.StatusUnauthorized, harness.PostAsLibrary(t, track, "another-key", message))
			c.WaitForRequests(t, http.StatusUnauthorized, 1)
			// A restart would not mend the key.
			p.requireHealthy(t, c)
			segment.Mend(t)
			harness.AssertNoViolations(t, segment.WaitFor(t, 3))

			began := time.Now()
			require.Zero(t, c.Stop(t), "exit code")
			assert.Less(t, time.Since(began), time.Duration(*p.spec.TerminationGracePeriodSeconds)*time.Second)
			assert.NotContains(t, c.Output.String(), p.env["SEGMENT_WRITE_KEY"])
		})
	}
}

// running is the collector of a pod on other ports.
type running struct {
	*harness.Collector

	ports map[string]string // by what listens there
}

func (p *pod) start(t *testing.T, listening map[int]string, segment harness.Sandbox) running {
	t.Helper()
	const overlay = "/etc/otelcol-segment/test.yaml"
	p.files[overlay] = harness.UploadTo(segment.URL)
	p.args = append(p.args, "--config="+overlay)
	folder := t.TempDir()
	args := p.write(t, func(text string) string {
		text = endpoint.ReplaceAllString(text, "localhost:${env:PORT_$1}")
		text = metricsHost.ReplaceAllString(text, "host: localhost${1}$${env:PORT_8888}")
		return strings.ReplaceAll(text, "/var/lib/otelcol-segment", folder)
	})
	var variables, names []string
	for port, what := range listening {
		variables = append(variables, "PORT_"+strconv.Itoa(port))
		names = append(names, what)
	}
	process := testcollector.Start(t, variables, args...)
	r := running{ports: map[string]string{}}
	for i, what := range names {
		r.ports[what] = process.Ports[i]
	}
	r.Collector = &harness.Collector{
		Process:     process,
		GRPCAddress: "localhost:" + r.ports["otlp grpc"],
		HTTPURL:     "http://localhost:" + r.ports["otlp http"],
		MetricsURL:  "http://localhost:" + r.ports["metrics"] + "/metrics",
	}
	return r
}

// requireHealthy asks each probe as the kubelet does: any status from 200 to 399 is well.
func (p *pod) requireHealthy(t *testing.T, c running) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, probe := range []*corev1.Probe{p.container.StartupProbe, p.container.LivenessProbe, p.container.ReadinessProbe} {
		client.Timeout = time.Duration(max(1, probe.TimeoutSeconds)) * time.Second
		url := "http://localhost:" + c.ports["health_check"] + probe.HTTPGet.Path
		harness.Eventually(t, func(t require.TestingT) {
			resp, err := client.Get(url) //nolint:noctx // It has a timeout.
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.GreaterOrEqual(t, resp.StatusCode, http.StatusOK)
			require.Less(t, resp.StatusCode, http.StatusBadRequest)
		})
	}
}

func protobuf(t *testing.T) []byte {
	t.Helper()
	request, err := harness.SomeEvents(1).MarshalProto()
	require.NoError(t, err)
	return request
}
