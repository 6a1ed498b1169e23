package kubernetes

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// checkPorts follows each port from the Service to the container, and to where the collector listens.
func checkPorts(t *testing.T, m manifest, set *appsv1.StatefulSet, p pod) {
	t.Helper()
	listening := p.listening(t)
	for _, port := range p.container.Ports {
		assert.Contains(t, listening, int(port.ContainerPort), "nothing listens on port %s", port.Name)
	}
	served := map[int]bool{}
	for _, service := range m.services {
		if !selects(service.Spec.Selector, set) {
			continue
		}
		for _, port := range service.Spec.Ports {
			served[p.number(t, port.TargetPort)] = true
		}
	}
	for port, what := range listening {
		assert.Equal(t, what != "health_check", served[port], "a Service has the port of %s", what)
	}
}

// listening are the ports that the collector opens.
func (p *pod) listening(t *testing.T) map[int]string {
	t.Helper()
	config := p.config(t)
	all := map[int]string{}
	for what, endpoint := range map[string]any{
		"health_check": config.at("extensions", "health_check", "http", "endpoint"),
		"otlp grpc":    config.at("receivers", "otlp", "protocols", "grpc", "endpoint"),
		"otlp http":    config.at("receivers", "otlp", "protocols", "http", "endpoint"),
		"segment":      config.at("receivers", "segment", "endpoint"),
	} {
		if text, isText := endpoint.(string); isText {
			var port int
			_, err := fmt.Sscanf(text[strings.LastIndex(text, ":"):], ":%d", &port)
			require.NoError(t, err, what)
			all[port] = what
		}
	}
	readers, isList := config.at("service", "telemetry", "metrics", "readers").([]any)
	require.True(t, isList)
	port, isNumber := section(readers[0].(map[string]any)).at("pull", "exporter", "prometheus", "port").(float64)
	require.True(t, isNumber)
	all[int(port)] = "metrics"
	return all
}

// number is that of a port of the container, which has to exist where it is a name.
func (p *pod) number(t *testing.T, port intstr.IntOrString) int {
	t.Helper()
	if port.Type == intstr.Int {
		return port.IntValue()
	}
	for _, candidate := range p.container.Ports {
		if candidate.Name == port.StrVal {
			return int(candidate.ContainerPort)
		}
	}
	require.Fail(t, "the container has no such port", port.StrVal)
	return 0
}

func checkProbes(t *testing.T, p pod) {
	t.Helper()
	for _, probe := range []*corev1.Probe{p.container.StartupProbe, p.container.LivenessProbe, p.container.ReadinessProbe} {
		require.NotNil(t, probe)
		require.NotNil(t, probe.HTTPGet)
		assert.Equal(t, "health_check", p.listening(t)[p.number(t, probe.HTTPGet.Port)])
		assert.Equal(t, p.config(t).at("extensions", "health_check", "http", "status", "path"), probe.HTTPGet.Path)
	}
	assert.Contains(t, p.args, "--feature-gates=+extension.healthcheck.useComponentStatus")
	assert.Equal(t, true, p.config(t).at("extensions", "health_check", "component_health", "include_permanent_errors"))
	assert.Nil(t, p.config(t).at("extensions", "health_check", "component_health", "include_recoverable_errors"))
	assert.Contains(t, p.config(t).at("service", "extensions"), "health_check")
}

// checkNetwork lets in what a Service has, and out what the collector needs.
func checkNetwork(t *testing.T, m manifest, set *appsv1.StatefulSet, p pod) {
	t.Helper()
	var in, out []string
	for _, policy := range m.policies {
		if !selects(policy.Spec.PodSelector.MatchLabels, set) {
			continue
		}
		for _, rule := range policy.Spec.Ingress {
			in = append(in, ports(rule.Ports)...)
		}
		for _, rule := range policy.Spec.Egress {
			out = append(out, ports(rule.Ports)...)
		}
	}
	var wantIn []string
	for port, what := range p.listening(t) {
		// The kubelet is always let in.
		if what != "health_check" {
			wantIn = append(wantIn, fmt.Sprintf("TCP %d", port))
		}
	}
	assert.ElementsMatch(t, wantIn, in, "ingress")
	wantOut := []string{"UDP 53", "TCP 53"}
	config := p.config(t)
	if config.at("exporters", "segment") != nil {
		wantOut = append(wantOut, "TCP 443")
	}
	if config.at("exporters", "kafka") != nil || config.at("receivers", "kafka") != nil {
		wantOut = append(wantOut, "TCP 9092")
	}
	assert.ElementsMatch(t, wantOut, out, "egress")
}

func ports(list []networkingv1.NetworkPolicyPort) []string {
	var all []string
	for _, port := range list {
		protocol := corev1.ProtocolTCP
		if port.Protocol != nil {
			protocol = *port.Protocol
		}
		all = append(all, fmt.Sprintf("%s %s", protocol, port.Port))
	}
	return all
}
