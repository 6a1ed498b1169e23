package kafka

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// TestLetters gives up messages through a topic of their own. A second gateway mends those that lack a user id, and uploads them
// with the ids that they had.
func TestLetters(t *testing.T) {
	letters := topicName(t, "-letters")
	f := &fleet{topic: newTopic(t, ""), segment: newFakeSegment(t)}
	f.group = f.topic
	agent := f.addAgent(t, "")
	variables := map[string]string{
		"KAFKA_BROKERS": theBroker.address, "KAFKA_TOPIC": f.topic, "KAFKA_GROUP": f.group, "INSTANCE": "gateway", "SEGMENT_WRITE_KEY": "key",
	}
	// The gateway of the sample, but segment is a connector.
	asConnector := func(text string) string {
		require.Contains(t, text, "exporters:")
		return strings.Replace(text, "exporters:", "connectors:", 1)
	}
	gateway := start(t, asConnector(sample(t, "kafka-gateway.yaml", variables)), shortSession, asConnector(uploadTo(f.segment)),
		strings.ReplaceAll(toLetters, "TOPIC", letters), "exporters: {kafka: {brokers: ['"+theBroker.address+"']}}")

	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	sl.Scope().SetName("segment")
	for _, user := range []string{"u-1", "", "u-2"} {
		lr := sl.LogRecords().AppendEmpty()
		lr.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
		lr.SetEventName("Order Completed")
		lr.Attributes().PutStr("order", "for "+user)
		if user != "" {
			lr.Attributes().PutStr("user.id", user)
		}
	}
	body, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	require.NoError(t, err)
	sendUntilAccepted(t, agent.logsURL(), body)
	// There is no topic for letters yet. So the message with the record stays in its own.
	eventually(t, func(t require.TestingT) { require.Contains(t, gateway.Output.String(), "Backing off due to error") })
	assert.NotEmpty(t, lag(t, f.group, f.topic))
	newTopic(t, "-letters")
	eventually(t, func(t require.TestingT) { require.Len(t, f.segment.unnumbered(), 2) })
	id := requireLetter(t, letters, map[string]any{
		"order": "for ", "segment.dropped.reason": "missing_identity", "segment.dropped.count": int64(1),
	})
	// What has gone to the topic is settled for Kafka.
	f.requireCommitted(t)

	variables["KAFKA_TOPIC"], variables["KAFKA_GROUP"] = letters, letters
	mender := start(t, sample(t, "kafka-gateway.yaml", variables), shortSession, uploadTo(f.segment), mending)
	eventually(t, func(t require.TestingT) { require.Contains(t, f.segment.unnumbered(), id) })
	assert.Equal(t, message{ID: id, UserID: "u-mended", Event: "Order Completed"}, f.segment.unnumbered()[id])
	eventually(t, func(t require.TestingT) {
		require.Empty(t, lag(t, letters, letters))
		require.Equal(t, 1, gateway.metric(t, "exporter_segment_dead_letters"))
		require.Equal(t, 1, mender.metric(t, "exporter_segment_messages"))
	})
}

// toLetters is what a gateway needs beside the connector. The exporter has no queue, so that a letter is with Kafka before the
// offset of its message is committed.
const toLetters = `
exporters:
  kafka:
    logs: {topic: TOPIC, encoding: otlp_proto}
    producer: {required_acks: all, allow_auto_topic_creation: false}
    sending_queue: {enabled: false}
    retry_on_failure: {initial_interval: 100ms, max_interval: 1s, max_elapsed_time: 2s}
    timeout: 1s
service:
  pipelines:
    logs: {exporters: [segment]}
    logs/letters: {receivers: [segment], exporters: [kafka]}
`

// mending is what the second gateway has beside the sample.
const mending = `
processors:
  transform:
    log_statements:
      - set(log.attributes["segment.user_id"], "u-mended") where log.attributes["segment.dropped.reason"] == "missing_identity"
service: {pipelines: {logs: {processors: [transform]}}}
`

// requireLetter returns the message id of the first letter of a topic, which has these attributes and its time.
func requireLetter(t *testing.T, topic string, want map[string]any) string {
	t.Helper()
	ld, err := new(plog.ProtoUnmarshaler).UnmarshalLogs(read(t, topic, 1)[0])
	require.NoError(t, err)
	require.Equal(t, 1, ld.LogRecordCount())
	letter := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	assert.Equal(t, "Order Completed", letter.EventName())
	attributes := letter.Attributes().AsRaw()
	id, _ := attributes["segment.message_id"].(string)
	assert.NotEmpty(t, id)
	assert.NotEmpty(t, attributes["segment.dropped.time"])
	delete(attributes, "segment.message_id")
	delete(attributes, "segment.dropped.time")
	assert.Equal(t, want, attributes)
	return id
}
