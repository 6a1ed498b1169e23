package kubernetes

import (
	"os"
	"path/filepath"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// TestPodMonitor finds the pods of all kustomizations, and the port of their metrics.
func TestPodMonitor(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(kustomizations, "podmonitor.yaml"))
	require.NoError(t, err)
	monitor, ok := decodeObject(t, text).(*monitoringv1.PodMonitor)
	require.True(t, ok)
	selector, err := metav1.LabelSelectorAsSelector(&monitor.Spec.Selector)
	require.NoError(t, err)
	require.Len(t, monitor.Spec.PodMetricsEndpoints, 1)
	for _, v := range variants {
		if v.isHelm() {
			continue // the chart has a podMonitor of its own
		}
		m := v.build(t)
		for _, set := range m.statefulSets {
			assert.True(t, selector.Matches(podLabels(set)), "%s: %s", v.name, set.Name)
			p := newPod(t, m, set, v.made)
			port := p.number(t, intstr.FromString(*monitor.Spec.PodMetricsEndpoints[0].Port))
			assert.Equal(t, "metrics", p.listening(t)[port], "%s: %s", v.name, set.Name)
		}
	}
}
