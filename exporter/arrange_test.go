package exporter

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/translate"
)

// TestChannels has the messages of devices on a path of their own, in the order in which they came.
func TestChannels(t *testing.T) {
	t.Parallel()
	server := newSegment(t, nil)
	r := newRig(t, server.URL+"/proxy/", nil)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(10, func(i int, lr plog.LogRecord) {
		lr.Attributes().PutStr("segment.channel", []string{"server", "client"}[i%2])
	})))
	require.NoError(t, r.ConsumeLogs(t.Context(), events(1, func(_ int, lr plog.LogRecord) {
		lr.Attributes().PutStr("segment.channel", "client")
	})))
	require.NoError(t, r.ConsumeLogs(t.Context(), events(1, nil)))
	received := server.received()
	require.Len(t, received, 4)
	var paths []string
	for _, u := range received {
		paths = append(paths, u.path)
	}
	assert.Equal(t, []string{"/proxy/v1/batch", "/proxy/v1/b", "/proxy/v1/b", "/proxy/v1/batch"}, paths)
	assert.Equal(t, []string{id(0), id(2), id(4), id(6), id(8)}, received[0].ids)
	assert.Equal(t, []string{id(1), id(3), id(5), id(7), id(9)}, received[1].ids)
	assert.Equal(t, map[string]int64{"messages page": 12}, r.counts(t))
}

// TestFailureOfOneChannel sends only the messages again that were not taken.
func TestFailureOfOneChannel(t *testing.T) {
	t.Parallel()
	server := newSegment(t, answers(0, http.StatusServiceUnavailable))
	r := newRig(t, server.URL, retrying)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(6_000, func(i int, lr plog.LogRecord) {
		lr.Attributes().PutStr("segment.channel", []string{"server", "client"}[i%2])
	})))
	var paths []string
	for _, u := range server.received() {
		paths = append(paths, u.path+" "+strconv.Itoa(len(u.ids)))
	}
	assert.Equal(t, []string{"/v1/batch 2500", "/v1/batch 500", "/v1/batch 500", "/v1/b 2500", "/v1/b 500"}, paths)
	assert.Equal(t, map[string]int64{"messages page": 6_000}, r.counts(t))
}

// TestByGroup keeps what belongs to a message, and leaves a request of one channel as it is.
func TestByGroup(t *testing.T) {
	t.Parallel()
	r := newTestRequest(nil, "11", "2", "333", "4")
	assert.Same(t, r, r.byGroup())
	r.messages[0].channel, r.messages[2].channel = translate.Client, translate.Client
	r.holds = []*receipt{{}}
	part := r.slice(1, 4)
	part.holds = r.holds
	sorted := part.byGroup()
	assert.Equal(t, []string{"2", "4", "333"}, listOf(sorted))
	assert.Equal(t, []translate.Type{translate.Identify, translate.Screen, translate.Page}, []translate.Type{
		sorted.messages[0].typ, sorted.messages[1].typ, sorted.messages[2].typ,
	})
	assert.Equal(t, part.holds, sorted.holds)
	assert.Equal(t, part.BytesSize(), sorted.BytesSize())
}
