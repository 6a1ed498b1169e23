package kubernetes

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// pod is what the kubelet would start of a StatefulSet.
type pod struct {
	spec      *corev1.PodSpec
	container *corev1.Container
	args      []string
	env       map[string]string
	// files are those of the ConfigMap, by their paths in the container.
	files map[string]string
}

// newPod fails when something is missing that the manifest refers to. made are Secrets that are not part of it.
func newPod(t *testing.T, m manifest, set *appsv1.StatefulSet, made []string) pod {
	t.Helper()
	require.Len(t, set.Spec.Template.Spec.Containers, 1)
	p := pod{
		spec: &set.Spec.Template.Spec, container: &set.Spec.Template.Spec.Containers[0],
		env: map[string]string{}, files: map[string]string{},
	}
	p.args = p.container.Args
	p.readEnv(t, m, made)
	p.readFiles(t, m, set, made)
	return p
}

func (p *pod) readEnv(t *testing.T, m manifest, made []string) {
	t.Helper()
	for _, from := range p.container.EnvFrom {
		require.NotNil(t, from.SecretRef)
		name := from.SecretRef.Name
		secret, exists := m.secrets[name]
		if !exists {
			require.Contains(t, made, name, "a Secret that is not there")
			p.env["SEGMENT_WRITE_KEY"] = examples["SEGMENT_WRITE_KEY"]
			continue
		}
		for key, value := range secret.Data {
			p.env[key] = string(value)
		}
	}
	for _, variable := range p.container.Env {
		p.env[variable.Name] = variable.Value
		if variable.ValueFrom != nil {
			require.NotNil(t, variable.ValueFrom.FieldRef, variable.Name)
			p.env[variable.Name] = "field-" + variable.ValueFrom.FieldRef.FieldPath
		}
	}
}

func (p *pod) readFiles(t *testing.T, m manifest, set *appsv1.StatefulSet, made []string) {
	t.Helper()
	mounted := map[string]string{}
	for _, mount := range p.container.VolumeMounts {
		require.NotContains(t, mounted, mount.Name)
		mounted[mount.Name] = mount.MountPath
	}
	for _, claim := range set.Spec.VolumeClaimTemplates {
		require.Contains(t, mounted, claim.Name)
		delete(mounted, claim.Name)
	}
	for _, volume := range p.spec.Volumes {
		folder, isMounted := mounted[volume.Name]
		require.True(t, isMounted, "nobody mounts %s", volume.Name)
		delete(mounted, volume.Name)
		if volume.Secret != nil {
			require.Contains(t, made, volume.Secret.SecretName, "a Secret that is not there")
			continue
		}
		require.NotNil(t, volume.ConfigMap, volume.Name)
		require.Contains(t, m.configMaps, volume.ConfigMap.Name)
		data := m.configMaps[volume.ConfigMap.Name].Data
		for _, item := range volume.ConfigMap.Items {
			require.Contains(t, data, item.Key)
			p.files[path.Join(folder, item.Path)] = data[item.Key]
		}
		if len(volume.ConfigMap.Items) == 0 {
			for key, text := range data {
				p.files[path.Join(folder, key)] = text
			}
		}
	}
	require.Empty(t, mounted, "mounts without a volume")
}

// write puts the files of the pod into a folder, after a change, and returns the arguments that name them there.
func (p *pod) write(t *testing.T, change func(text string) string) []string {
	t.Helper()
	folder := t.TempDir()
	var args []string
	for _, arg := range p.args {
		flag, value, _ := strings.Cut(arg, "=")
		if flag == "--config" {
			require.Contains(t, p.files, value)
			local := filepath.Join(folder, path.Base(value))
			require.NoError(t, os.WriteFile(local, []byte(change(p.files[value])), 0o600))
			arg = flag + "=" + local
		}
		args = append(args, arg)
	}
	return args
}

// config is the first file of the configuration.
func (p *pod) config(t *testing.T) section {
	t.Helper()
	for _, arg := range p.args {
		if file, isConfig := strings.CutPrefix(arg, "--config="); isConfig {
			return parse(t, p.files[file])
		}
	}
	require.Fail(t, "no configuration")
	return nil
}

// section is a part of a configuration.
type section map[string]any

func parse(t *testing.T, text string) section {
	t.Helper()
	var config section
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), &config))
	return config
}

// at is what the configuration has at a path, nil when there is nothing.
func (s section) at(keys ...string) any {
	var value any = map[string]any(s)
	for _, key := range keys {
		inner, _ := value.(map[string]any)
		value = inner[key]
	}
	return value
}

var (
	usedVariable = regexp.MustCompile(`\$\{env:(\w+)\}`)
	usedPath     = regexp.MustCompile(`: (?:&\w+ )?(/\w\S+)`)
)

// variables are those of the environment that the configuration needs.
func (p *pod) variables() []string { return p.found(usedVariable) }

// paths are the files and folders that the configuration names.
func (p *pod) paths() []string { return p.found(usedPath) }

// found is what a pattern finds in the configuration, without the comments.
func (p *pod) found(pattern *regexp.Regexp) []string {
	var all []string
	for _, text := range p.files {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			for _, match := range pattern.FindAllStringSubmatch(line, -1) {
				all = append(all, match[1])
			}
		}
	}
	return all
}
