package libraries

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// onDisk overlays a queue that is kept in a folder.
func onDisk(folder string) string {
	return `
extensions: {file_storage: {directory: "` + folder + `"}}
exporters: {segment: {sending_queue: {storage: file_storage}}}
service: {extensions: [segment_sandbox, file_storage]}
`
}

// uploadTo overlays where the exporter uploads to.
func uploadTo(url string) string { return `exporters: {segment: {endpoint: "` + url + `"}}` }

// burst is several libraries that make many calls at the same time.
type burst struct {
	drivers []*driver
	made    []string // names of the calls
}

// startBurst starts the libraries of servers. A library whose programs are missing is left out.
func startBurst(t *testing.T, gateway collector) *burst {
	t.Helper()
	b := &burst{}
	for _, l := range libraries {
		if l.source != servers || l.missing() != "" {
			continue
		}
		b.drivers = append(b.drivers, l.start(t, gateway.receiverURL, l.source.gatewayKey))
	}
	require.NotEmpty(t, b.drivers)
	return b
}

// call lets each library make n more calls.
func (b *burst) call(t *testing.T, n int) {
	t.Helper()
	for range n {
		for _, d := range b.drivers {
			name := fmt.Sprintf("%s %d", d.name, len(b.made))
			b.made = append(b.made, name)
			d.make(t, []byte(`{"name": "`+name+`", "method": "track", "args": {"userId": "user-1", "event": "Counted", "properties": {"count": `+
				strconv.Itoa(len(b.made))+`, "text": "ü"}}}`))
		}
	}
}

// finish returns the names of the calls that were sent.
func (b *burst) finish(t *testing.T) (sent []string) {
	t.Helper()
	unsent := map[string]string{}
	for _, d := range b.drivers {
		maps.Copy(unsent, d.finish(t))
	}
	assert.Empty(t, unsent, "calls for which a library has got no 200")
	return slices.DeleteFunc(slices.Clone(b.made), func(name string) bool { return unsent[name] != "" })
}

type stats struct {
	Messages       map[string]int `json:"messages"`
	Duplicates     int            `json:"duplicates"`
	FaultsInjected int            `json:"faults_injected"`
}

func (c collector) stats(t *testing.T) stats {
	t.Helper()
	var s stats
	require.NoError(t, json.Unmarshal(request(t, http.MethodGet, c.sandboxURL+"/api/stats", ""), &s))
	return s
}

// fail lets the sandbox fail from now on; without faults it works again.
func (c collector) fail(t *testing.T, faults string) {
	t.Helper()
	request(t, http.MethodPut, c.sandboxURL+"/api/faults", "["+faults+"]")
}

// assertArrived waits for the calls, each once and as one message.
func (b *burst) assertArrived(t *testing.T, segment collector, sent []string) {
	t.Helper()
	messages := segment.messages(t, len(sent))
	for _, name := range sent {
		assert.Contains(t, messages, name, "it is lost")
	}
}

// queueIsEmpty waits until the exporter has nothing left to send, so that nothing can arrive late.
func (c collector) queueIsEmpty(t *testing.T) {
	t.Helper()
	require.EventuallyWithT(t, func(collect *assert.CollectT) {
		require.Zero(collect, testcollector.SumOf(t, c.metrics(t), "exporter_queue_size", ""))
	}, waitTimeout, tick)
}

func (c collector) metrics(t *testing.T) string {
	t.Helper()
	return string(request(t, http.MethodGet, c.metricsURL, ""))
}
