package sdks

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

const (
	waitTimeout = 30 * time.Second
	tick        = 50 * time.Millisecond
	// settleTime is how long a message too many may take to arrive.
	settleTime = 300 * time.Millisecond
)

type collector struct {
	grpcURL, httpURL, sandboxURL string
}

// received is an entry of the sandbox's list.
type received struct {
	Violations []any          `json:"violations"`
	Message    map[string]any `json:"message"`
}

// startCollector returns when the collector is ready. It is stopped at the end of the test.
func startCollector(t *testing.T) *collector {
	t.Helper()
	p := testcollector.Start(t, []string{"GRPC_PORT", "HTTP_PORT", "SANDBOX_PORT"},
		"--config", filepath.Join("testdata", "collector.yaml"), "--config", filepath.Join(folder("browser"), "collector.yaml"))
	return &collector{
		grpcURL:    "http://localhost:" + p.Ports[0],
		httpURL:    "http://localhost:" + p.Ports[1],
		sandboxURL: "http://localhost:" + p.Ports[2] + "/api/messages",
	}
}

// messages waits until the sandbox holds n messages. More than that is a failure.
func (c *collector) messages(t *testing.T, n int) []received {
	t.Helper()
	var list []received
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		var err error
		list, err = c.list()
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(list), n, "messages in the sandbox")
	}, waitTimeout, tick)
	time.Sleep(settleTime)
	list, err := c.list()
	require.NoError(t, err)
	require.Len(t, list, n)
	return list
}

func (c *collector) list() ([]received, error) {
	//nolint:noctx // The sandbox answers at once or not at all.
	response, err := http.Get(c.sandboxURL)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	var list struct {
		Messages []received `json:"messages"`
	}
	err = json.NewDecoder(response.Body).Decode(&list)
	return list.Messages, err
}
