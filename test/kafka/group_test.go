package kafka

import (
	"fmt"
	"net/http"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPartitionsGrow adds partitions, to which agents write before the gateways know of them.
func TestPartitionsGrow(t *testing.T) {
	f := newFleet(t, overlays{
		agents:   "exporters: {kafka: {metadata: {refresh_interval: 5s}}}",
		gateways: "receivers: {kafka: {metadata: {refresh_interval: 9s}}}",
	})
	f.during(t, func(*senders) {
		const grown = partitions + 6
		_, err := theBroker.admin.UpdatePartitions(t.Context(), grown, f.topic)
		require.NoError(t, err)
		eventually(t, func(t require.TestingT) {
			owned := members(t, f.group)
			require.Equal(t, grown, owned[instance(0)]+owned[instance(1)])
		})
		f.requireProgress(t)
	})
}

// TestGatewaysJoinAndLeave adds a gateway to the group, while the partitions that move are waiting for Segment, and takes one away
// for good.
func TestGatewaysJoinAndLeave(t *testing.T) {
	f := newFleet(t, overlays{})
	f.during(t, func(*senders) {
		f.requireFailures(t, answer{status: http.StatusServiceUnavailable})
		third := f.addGateway(t, "")
		eventually(t, func(t require.TestingT) {
			assert.Equal(t, map[string]int{instance(0): 4, instance(1): 4, instance(2): 4}, members(t, f.group))
		})
		// What they had of those partitions is in no memory any more.
		f.gateways[0].crash(t)
		f.gateways[1].crash(t)
		f.segment.answer(nil)
		eventually(t, func(t require.TestingT) { require.Positive(t, third.metric(t, "exporter_segment_messages")) })
		f.gateways[0].end(t)
		eventually(t, func(t require.TestingT) {
			assert.Equal(t, map[string]int{instance(1): 6, instance(2): 6}, members(t, f.group))
		})
		f.requireProgress(t)
	})
}

// TestNoOTLP has a message that is none of an agent. It stops its partition and no other, until somebody skips it.
func TestNoOTLP(t *testing.T) {
	const broken = 3
	f := newFleet(t, overlays{})
	offset := write(t, f.topic, broken, "this is no OTLP")
	f.during(t, func(*senders) {
		// The message, and at least one behind it.
		eventually(t, func(t require.TestingT) { require.Greater(t, lag(t, f.group, f.topic)[broken], int64(1)) })
		said := f.gateways[0].Output.Line(stopped) + f.gateways[1].Output.Line(stopped)
		require.Regexp(t, fmt.Sprintf(`"partition": %d.*"offset": %d\b`, broken, offset), said)
		f.requireProgress(t)

		// Kafka moves the offsets only of a group that has no members.
		for _, gateway := range f.gateways {
			gateway.Kill(t)
		}
		eventually(t, func(t require.TestingT) { require.Empty(t, members(t, f.group)) })
		skip(t, f.group, f.topic, broken, offset)
		for _, gateway := range f.gateways {
			gateway.Process = gateway.Restart(t)
		}
		f.requireProgress(t)
	})
}

// stopped is what a gateway says of a partition whose next message is no OTLP.
const stopped = "pausing partition due to permanent processing error"

// TestOrder keeps the order of each resource, with the two settings that kafka-agent.yaml names for it.
func TestOrder(t *testing.T) {
	f := newFleet(t, overlays{
		agents: "exporters: {kafka: {partition_logs_by_resource_attributes: true, sending_queue: {num_consumers: 1}}}",
	})
	f.during(t, func(*senders) {
		f.requireFailures(t, answer{status: http.StatusServiceUnavailable})
		f.segment.answer(nil)
		for _, gateway := range f.gateways {
			gateway.crash(t)
			f.requireProgress(t)
		}
		theBroker.stop(t, syscall.SIGTERM)
		theBroker.start(t)
		f.requireProgress(t)
	})
	f.segment.requireOrder(t)
}
