package kubernetes

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// TestConfigurations lets the collector validate each configuration, with the arguments and the environment of its pod.
func TestConfigurations(t *testing.T) {
	t.Parallel()
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			m := v.build(t)
			for _, set := range m.statefulSets {
				p := newPod(t, m, set, v.made)
				p.validate(t)
			}
		})
	}
}

// TestSnippets merges what docs/kubernetes.md shows over the configuration of the gateway.
func TestSnippets(t *testing.T) {
	t.Parallel()
	for _, heading := range []string{"Several sources", "Without a Segment account"} {
		t.Run(heading, func(t *testing.T) {
			t.Parallel()
			const file = "/etc/otelcol-segment/snippet.yaml"
			m := variants[0].build(t)
			p := newPod(t, m, m.statefulSets[0], nil)
			p.files[file] = snippet(t, heading)
			p.args = append(p.args, "--config="+file)
			for _, name := range p.variables() {
				if p.env[name] == "" {
					p.env[name] = "value-of-" + name
				}
			}
			p.validate(t)
		})
	}
}

// snippet is the first block of YAML below a heading of docs/kubernetes.md.
func snippet(t *testing.T, heading string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/kubernetes.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "\n## "+heading+"\n")
	require.True(t, found, heading)
	match := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(rest)
	require.NotNil(t, match)
	return match[1]
}

func (p *pod) validate(t *testing.T) {
	t.Helper()
	var env []string
	for name, value := range p.env {
		env = append(env, name+"="+value)
	}
	args := p.write(t, func(text string) string { return text })
	output, code := testcollector.Run(t, env, append([]string{"validate"}, args...)...)
	assert.Zero(t, code, "%s", output)
}

// TestKafkaSamples compares the pair with the samples, which test/kafka runs with a broker.
func TestKafkaSamples(t *testing.T) {
	t.Parallel()
	for sample, folder := range map[string]string{"kafka-agent.yaml": "agent", "kafka-gateway.yaml": "gateway"} {
		text, err := os.ReadFile("../../config/" + sample)
		require.NoError(t, err)
		inPod := strings.NewReplacer("localhost:", "0.0.0.0:", "${env:QUEUE_DIRECTORY}", "/var/lib/otelcol-segment/queue")
		want := parse(t, inPod.Replace(string(text)))
		text, err = os.ReadFile(kustomizations + "/kafka/" + folder + "/collector.yaml")
		require.NoError(t, err)
		got := parse(t, string(text))

		// What a pod has beside the sample.
		extensions := got["extensions"].(map[string]any)
		delete(extensions, "health_check")
		if len(extensions) == 0 {
			delete(got, "extensions")
		}
		service := got["service"].(map[string]any)
		service["extensions"] = want.at("service", "extensions")
		if service["extensions"] == nil {
			delete(service, "extensions")
		}
		if grpc, isMap := got.at("receivers", "otlp", "protocols", "grpc").(map[string]any); isMap {
			delete(grpc, "keepalive")
		}
		assert.Equal(t, want, got, sample)
	}
}
