package kafka

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	partitions = 12
	// waitTimeout is for conditions that hold within seconds, or after a session has ended, on an idle machine.
	waitTimeout = time.Minute
	tick        = 50 * time.Millisecond
)

// eventually repeats the condition until none of its assertions fails.
func eventually(t *testing.T, condition func(require.TestingT)) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) { condition(c) }, waitTimeout, tick)
}

var notInTopics = regexp.MustCompile(`[^A-Za-z0-9]+`)

func topicName(t *testing.T, suffix string) string {
	t.Helper()
	return notInTopics.ReplaceAllString(t.Name(), "-") + suffix
}

// newTopic makes a topic with the name of the test.
func newTopic(t *testing.T, suffix string) string {
	t.Helper()
	return newTopicOf(t, partitions, suffix)
}

func newTopicOf(t *testing.T, partitions int32, suffix string) string {
	t.Helper()
	topic := topicName(t, suffix)
	_, err := theBroker.admin.CreateTopic(t.Context(), partitions, 1, nil, topic)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := theBroker.admin.DeleteTopic(context.Background(), topic)
		assert.NoError(t, err)
	})
	return topic
}

// write puts a message into a partition, and returns its offset.
func write(t *testing.T, topic string, partition int32, value string) int64 {
	t.Helper()
	record := &kgo.Record{Topic: topic, Partition: partition, Value: []byte(value)}
	require.NoError(t, theBroker.client.ProduceSync(t.Context(), record).FirstErr())
	return record.Offset
}

// read waits for the first messages of a topic.
func read(t *testing.T, topic string, n int) (values [][]byte) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(theBroker.address), kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	require.NoError(t, err)
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	for len(values) < n {
		fetches := client.PollFetches(ctx)
		require.NoError(t, fetches.Err())
		for record := range fetches.RecordsAll() {
			values = append(values, record.Value)
		}
	}
	return values
}

// lag is how many messages of each partition a group has not committed. A partition without any is not in it.
func lag(t require.TestingT, group, topic string) map[int32]int64 {
	lags, err := theBroker.admin.Lag(context.Background(), group)
	require.NoError(t, err)
	require.NoError(t, lags.Error())
	left := map[int32]int64{}
	for partition, l := range lags[group].Lag[topic] {
		if l.Lag != 0 {
			left[partition] = l.Lag
		}
	}
	return left
}

// members says how many partitions each member of a group has, by its instance.
func members(t require.TestingT, group string) map[string]int {
	described, err := theBroker.admin.DescribeGroups(context.Background(), group)
	require.NoError(t, err)
	require.Contains(t, []string{"Stable", "Empty"}, described[group].State)
	owned := map[string]int{}
	for _, m := range described[group].Members {
		name := "without a name"
		if m.InstanceID != nil {
			name = *m.InstanceID
		}
		assigned, ok := m.Assigned.AsConsumer()
		require.True(t, ok)
		for _, topic := range assigned.Topics {
			owned[name] += len(topic.Partitions)
		}
	}
	return owned
}

// skip moves the offset of a group behind a message.
func skip(t *testing.T, group, topic string, partition int32, offset int64) {
	t.Helper()
	offsets := kadm.Offsets{}
	offsets.AddOffset(topic, partition, offset+1, -1)
	require.NoError(t, theBroker.admin.CommitAllOffsets(t.Context(), group, offsets))
}
