package receiver

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// TestBooks counts every element of a request that is answered with 200 as a message or as refused, and nothing of others.
func TestBooks(t *testing.T) {
	t.Parallel()
	var fail error
	var taken int
	g := start(t, with(func(c *Config) {
		c.Sources = []SourceConfig{{Name: "web", WriteKey: "key"}, {Name: "ios", WriteKey: "key2"}}
	}),
		before(func(_ context.Context, logs plog.Logs) error {
			if fail == nil {
				taken += logs.LogRecordCount()
			}
			return fail
		}))
	for name, n := range map[string]int{
		"receiver_segment_messages": 12, "receiver_segment_refused_elements": 3, "receiver_segment_warnings": 6,
		"receiver_segment_salvaged_messages": 1, "receiver_segment_sdk_telemetry_requests": 1,
	} {
		sums := g.sums("otelcol_" + name)
		assert.Len(t, sums, n, "%s begins at 0", name)
		assert.Zero(t, total(sums))
	}

	const ugly = `{"batch":[` + track + `,{"type":"no","messageId":"m2"},{"type":"page","properties":"x"},7,null],"sentAt":"2026-01-01T00:00:00Z"}`
	const cut = `{"batch":[` + track + `,` + track + `,{"type":"tr`
	fail = errors.New("full")
	for _, body := range []string{ugly, cut} {
		require.Equal(t, http.StatusTooManyRequests, g.post("/v1/batch", body, basic("key:")).status)
	}
	fail = nil
	for _, body := range []string{ugly, cut, `{"batch":[]}`} {
		require.Equal(t, http.StatusOK, g.post("/v1/batch", body, basic("key:")).status)
	}
	require.Equal(t, http.StatusUnauthorized, g.post("/v1/batch", ugly).status)
	require.Equal(t, http.StatusOK, g.do(http.MethodGet, "/v1/pixel/track?event=A&writeKey=key2", "").status)
	require.Equal(t, http.StatusOK, g.do(http.MethodGet, "/v1/pixel/track?event=A", "").status)
	require.Equal(t, http.StatusOK, g.do(http.MethodGet, "/v1/pixel/nonsense?event=A&writeKey=key", "").status)
	require.Equal(t, http.StatusOK, g.post("/v1/m", "{}").status)

	messages, refusals := g.sums("otelcol_receiver_segment_messages"), g.sums("otelcol_receiver_segment_refused_elements")
	assert.Equal(t, 5, taken)
	assert.Equal(t, taken, total(messages))
	assert.Equal(t, 3, messages["receiver=segment,source=web,type=track"])
	assert.Equal(t, 1, messages["receiver=segment,source=web,type=page"])
	assert.Equal(t, 1, messages["receiver=segment,source=ios,type=track"])
	assert.Equal(t, map[string]int{
		"reason=invalid_type,receiver=segment": 2, "reason=not_an_object,receiver=segment": 2, "reason=malformed,receiver=segment": 1,
	}, refusals)
	assert.Equal(t, 5+3+0+1+1, total(messages)+total(refusals), "the elements of all requests with status 200")
	assert.Equal(t, 1, g.sums("otelcol_receiver_segment_warnings")["reason=wrong_kind,receiver=segment"])
	assert.Equal(t, 2, total(g.sums("otelcol_receiver_segment_salvaged_messages")))
	assert.Equal(t, 1, total(g.sums("otelcol_receiver_segment_sdk_telemetry_requests")))
	assert.Equal(t, map[string]int{
		"receiver=segment,route=/v1/batch,status=200": 3, "receiver=segment,route=/v1/batch,status=429": 2,
		"receiver=segment,route=/v1/batch,status=401": 1, "receiver=segment,route=/v1/m,status=200": 1,
		"receiver=segment,route=/v1/pixel/{type},status=200": 2, "receiver=segment,route=/v1/pixel/{type},status=401": 1,
	}, g.sums("otelcol_receiver_segment_requests"))
	assert.Equal(t, taken, total(g.sums("otelcol_receiver_accepted_log_records")))
	assert.Equal(t, 4, total(g.sums("otelcol_receiver_refused_log_records")))

	skew, err := g.telemetry.GetMetric("otelcol_receiver_segment_clock_skew_seconds")
	require.NoError(t, err)
	assert.Equal(t, uint64(1), skew.Data.(metricdata.Histogram[float64]).DataPoints[0].Count)
	sizes, err := g.telemetry.GetMetric("otelcol_receiver_segment_request_bytes")
	require.NoError(t, err)
	assert.Equal(t, uint64(7), sizes.Data.(metricdata.Histogram[int64]).DataPoints[0].Count)
}

// sums are the values of a counter by their attributes.
func (g *rig) sums(name string) map[string]int {
	g.t.Helper()
	m, err := g.telemetry.GetMetric(name)
	require.NoError(g.t, err)
	sums := map[string]int{}
	for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
		sums[point.Attributes.Encoded(attribute.DefaultEncoder())] = int(point.Value)
	}
	return sums
}

func total(sums map[string]int) (all int) {
	for _, n := range sums {
		all += n
	}
	return all
}
