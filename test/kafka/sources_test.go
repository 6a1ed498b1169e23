package kafka

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRefusedSource has gateways of two sources, one of which is refused. It holds up the other, and neither loses anything.
func TestRefusedSource(t *testing.T) {
	const events = 2_000
	refused := newFakeSegment(t)
	refused.answer(always(answer{status: http.StatusUnauthorized}))
	f := newFleet(t, overlays{gateways: "exporters: {segment: {sources: {web: {write_key: web-key, endpoint: '" + refused.URL + "'}}}}"})
	// As an agent would, but to each partition.
	web := shape{source: "web"}
	for partition := range partitions {
		write(t, f.topic, int32(partition), string(web.events(0, partition*perRequest, (partition+1)*perRequest)))
	}
	eventually(t, func(t require.TestingT) { require.Greater(t, refused.failures(), 5) })

	f.sendAll(t, small, 0, events)
	before := refused.failures()
	eventually(t, func(t require.TestingT) { require.Greater(t, refused.failures(), before+20) })
	require.Zero(t, f.segment.count())

	refused.answer(nil)
	refused.requireAll(t, partitions*perRequest)
	f.segment.requireAll(t, events)
	f.requireCommitted(t)
}
