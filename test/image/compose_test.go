package image

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/internal/version"
	"github.com/otel-segment/segmentexporter/test/harness"
)

var composeFile = filepath.Join(root, "deploy", "compose.yaml")

// TestComposeFile reads the file as Docker Compose does, to which an unknown key is an error.
func TestComposeFile(t *testing.T) {
	t.Parallel()
	project := loadProject(t)
	assert.Len(t, project.Services, 2)
	for name, service := range project.Services {
		assert.Equal(t, "otelcol-segment:"+version.Version, service.Image, name)
		assert.True(t, service.ReadOnly, name)
		assert.Equal(t, []string{"ALL"}, service.CapDrop, name)
		assert.Equal(t, []string{"no-new-privileges:true"}, service.SecurityOpt, name)
		assert.Equal(t, types.RestartPolicyUnlessStopped, service.Restart, name)
		for _, port := range service.Ports {
			assert.Equal(t, "127.0.0.1", port.HostIP, name)
		}
	}
	collector := project.Services["collector"]
	assert.Equal(t, 120*time.Second, time.Duration(*collector.StopGracePeriod))
	require.Len(t, collector.Volumes, 1)
	assert.Equal(t, types.VolumeTypeVolume, collector.Volumes[0].Type)
	assert.Equal(t, "http://sandbox:9100", *collector.Environment["SEGMENT_ENDPOINT"])

	collector = loadProject(t, "SEGMENT_WRITE_KEY=k", "SEGMENT_ENDPOINT=https://api.segment.io").Services["collector"]
	assert.Equal(t, "k", *collector.Environment["SEGMENT_WRITE_KEY"])
	assert.Equal(t, "https://api.segment.io", *collector.Environment["SEGMENT_ENDPOINT"])
}

func loadProject(t *testing.T, env ...string) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{composeFile}, cli.WithEnv(env))
	require.NoError(t, err)
	project, err := options.LoadProject(t.Context())
	require.NoError(t, err)
	return project
}

// TestCompose starts the file, sends to the collector and looks at the sandbox.
func TestCompose(t *testing.T) {
	t.Parallel()
	needContainers(t)
	project := "otelcol-segment-test-" + strings.ToLower(filepath.Base(t.TempDir()))
	ports := testcollector.FreePorts(t, 4)
	env := []string{"OTLP_GRPC_PORT=" + ports[0], "OTLP_HTTP_PORT=" + ports[1], "LIBRARIES_PORT=" + ports[2], "SANDBOX_PORT=" + ports[3]}
	compose := func(args ...string) {
		_, err := execute(env, append([]string{"podman-compose", "-f", composeFile, "-p", project}, args...)...)
		require.NoError(t, err)
	}
	t.Cleanup(func() {
		compose("down", "-v", "-t", "10")
		// Older versions leave it.
		_, err := tryPodman("network", "rm", "--force", project+"_default")
		assert.NoError(t, err)
	})
	compose("up", "-d")

	services := strings.Fields(podman(t, "ps", "--quiet", "--filter", "label=io.podman.compose.project="+project))
	require.Len(t, services, 2)
	for _, id := range services {
		(&container{id}).waitHealthy(t)
	}
	runExample(t, "127.0.0.1:"+ports[0])
	status := harness.PostAsLibrary(t, "http://127.0.0.1:"+ports[2]+"/v1/track", "any-key",
		`{"event": "Order Completed", "userId": "customer-1042"}`)
	require.Equal(t, http.StatusOK, status)
	sandbox := harness.Sandbox{URL: "http://127.0.0.1:" + ports[3]}
	sandbox.WaitFor(t, 7)
	page, err := harness.Get(sandbox.URL)
	require.NoError(t, err)
	assert.Contains(t, page, "<html")
}
