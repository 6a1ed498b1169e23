package kubernetes

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// shutdownSeconds is what a full queue in memory can take at most: docs/delivery.md, "Shutdown".
const shutdownSeconds = 80

// TestManifests checks what no schema can.
func TestManifests(t *testing.T) {
	t.Parallel()
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			m := v.build(t)
			for _, set := range m.statefulSets {
				t.Run(set.Name, func(t *testing.T) {
					t.Parallel()
					p := newPod(t, m, set, v.made)
					checkSelectors(t, m, set)
					checkSecurity(t, m, set)
					checkPorts(t, m, set, p)
					checkProbes(t, p)
					checkNetwork(t, m, set, p)
					checkMemory(t, p)
					checkQueue(t, set, p)
					checkDisruption(t, m, set)
					checkPaths(t, p)
					assert.Subset(t, slices.Collect(maps.Keys(p.env)), p.variables(), "variables that the configuration needs")
				})
			}
		})
	}
}

// TestFiles reads what kustomize reads: what it writes has lost fields that are there twice.
func TestFiles(t *testing.T) {
	t.Parallel()
	n := 0
	require.NoError(t, filepath.WalkDir(kustomizations, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if entry.IsDir() || filepath.Ext(path) != ".yaml" || filepath.Base(path) == "kustomization.yaml" {
			return nil
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if strings.Contains(string(text), "\nkind: ") {
			decodeObject(t, text)
			n++
		}
		return nil
	}))
	assert.Greater(t, n, 10)
}

// checkSelectors finds everything that belongs to the pods by their labels, and finds them only.
func checkSelectors(t *testing.T, m manifest, set *appsv1.StatefulSet) {
	t.Helper()
	selector, err := metav1.LabelSelectorAsSelector(set.Spec.Selector)
	require.NoError(t, err)
	for _, other := range m.statefulSets {
		assert.Equal(t, other == set, selector.Matches(podLabels(other)), "the selector and the pods of %s", other.Name)
	}
	names := map[string]*corev1.Service{}
	for _, service := range m.services {
		assert.Equal(t, 1, matches(m, service.Spec.Selector), "Service %s", service.Name)
		names[service.Name] = service
	}
	require.Contains(t, names, set.Spec.ServiceName)
	assert.True(t, selects(names[set.Spec.ServiceName].Spec.Selector, set), "Service %s", set.Spec.ServiceName)
	for _, policy := range m.policies {
		assert.Equal(t, 1, matches(m, policy.Spec.PodSelector.MatchLabels), "NetworkPolicy %s", policy.Name)
	}
	for _, budget := range m.budgets {
		assert.Equal(t, 1, matches(m, budget.Spec.Selector.MatchLabels), "PodDisruptionBudget %s", budget.Name)
	}
	require.NotEmpty(t, set.Spec.Template.Spec.TopologySpreadConstraints)
	for _, spread := range set.Spec.Template.Spec.TopologySpreadConstraints {
		assert.True(t, selects(spread.LabelSelector.MatchLabels, set), "topologySpreadConstraints")
	}
}

func podLabels(set *appsv1.StatefulSet) labels.Set { return set.Spec.Template.Labels }

// selects is false for an empty selector, which takes the pods of others too.
func selects(selector map[string]string, set *appsv1.StatefulSet) bool {
	return len(selector) > 0 && labels.SelectorFromSet(selector).Matches(podLabels(set))
}

func matches(m manifest, selector map[string]string) int {
	n := 0
	for _, set := range m.statefulSets {
		if selects(selector, set) {
			n++
		}
	}
	return n
}

// checkSecurity asks Kubernetes' own code whether the pod may run where the pod security standard `restricted` is enforced.
func checkSecurity(t *testing.T, m manifest, set *appsv1.StatefulSet) {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	require.NoError(t, err)
	template := &set.Spec.Template
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, result := range evaluator.EvaluatePod(level, &template.ObjectMeta, &template.Spec) {
		assert.True(t, result.Allowed, "%s: %s", result.ForbiddenReason, result.ForbiddenDetail)
	}
	assert.EqualValues(t, 10001, *template.Spec.SecurityContext.RunAsUser, "the user of the image")
	assert.EqualValues(t, 10001, *template.Spec.SecurityContext.RunAsGroup)
	assert.EqualValues(t, 10001, *template.Spec.SecurityContext.FSGroup)
	assert.True(t, *template.Spec.Containers[0].SecurityContext.ReadOnlyRootFilesystem)
	assert.False(t, *template.Spec.AutomountServiceAccountToken)
	assert.Contains(t, m.accounts, template.Spec.ServiceAccountName)
}

// checkMemory wants the garbage collector to work before memory_limiter refuses for good, and that before the kernel kills.
func checkMemory(t *testing.T, p pod) {
	t.Helper()
	limit := p.container.Resources.Limits.Memory()
	require.False(t, limit.IsZero())
	assert.LessOrEqual(t, p.container.Resources.Requests.Memory().Value(), limit.Value())
	assert.False(t, p.container.Resources.Requests.Cpu().IsZero())
	goLimit, err := resource.ParseQuantity(strings.TrimSuffix(p.env["GOMEMLIMIT"], "B"))
	require.NoError(t, err)
	hard := float64(limit.Value())
	if percentage, isNumber := p.config(t).at("processors", "memory_limiter", "limit_percentage").(float64); isNumber {
		hard *= percentage / 100
	}
	assert.Less(t, float64(goLimit.Value()), 0.9*hard)
	assert.Greater(t, goLimit.Value(), limit.Value()/2)
}

// checkPaths wants everything that the configuration names to be on a volume: the image has none of it.
func checkPaths(t *testing.T, p pod) {
	t.Helper()
	for _, path := range p.paths() {
		assert.True(t, slices.ContainsFunc(p.container.VolumeMounts, func(mount corev1.VolumeMount) bool {
			return strings.HasPrefix(path, mount.MountPath+"/")
		}), "%s is on no volume", path)
	}
}

// checkQueue wants a queue on disk to be on a volume that outlives the pod.
func checkQueue(t *testing.T, set *appsv1.StatefulSet, p pod) {
	t.Helper()
	config := p.config(t)
	if config.at("extensions", "file_storage") == nil {
		assert.Empty(t, set.Spec.VolumeClaimTemplates)
		return
	}
	require.Len(t, set.Spec.VolumeClaimTemplates, 1)
	var path string
	for _, mount := range p.container.VolumeMounts {
		if mount.Name == set.Spec.VolumeClaimTemplates[0].Name {
			path = mount.MountPath + "/"
		}
	}
	for _, directory := range []any{
		config.at("extensions", "file_storage", "directory"), config.at("extensions", "file_storage", "compaction", "directory"),
	} {
		assert.True(t, strings.HasPrefix(directory.(string), path), "%s is on the volume at %s", directory, path)
	}
	retention := set.Spec.PersistentVolumeClaimRetentionPolicy
	require.NotNil(t, retention)
	assert.Equal(t, appsv1.RetainPersistentVolumeClaimRetentionPolicyType, retention.WhenDeleted)
	assert.Equal(t, appsv1.RetainPersistentVolumeClaimRetentionPolicyType, retention.WhenScaled)
}

// checkDisruption lets a node be drained, but not all nodes at once, and gives a pod that goes the time that it needs.
func checkDisruption(t *testing.T, m manifest, set *appsv1.StatefulSet) {
	t.Helper()
	replicas := int(*set.Spec.Replicas)
	found := 0
	for _, budget := range m.budgets {
		if !selects(budget.Spec.Selector.MatchLabels, set) {
			continue
		}
		found++
		assert.Nil(t, budget.Spec.MinAvailable, "with maxUnavailable a single replica can be drained too")
		allowed, err := intstr.GetScaledValueFromIntOrPercent(budget.Spec.MaxUnavailable, replicas, true)
		require.NoError(t, err)
		assert.Positive(t, allowed)
		assert.Less(t, allowed, replicas)
	}
	assert.Equal(t, 1, found, "PodDisruptionBudget")
	spec := set.Spec.Template.Spec
	grace := *spec.TerminationGracePeriodSeconds
	if lifecycle := spec.Containers[0].Lifecycle; lifecycle != nil {
		grace -= lifecycle.PreStop.Sleep.Seconds
	}
	assert.GreaterOrEqual(t, grace, int64(shutdownSeconds))
}
