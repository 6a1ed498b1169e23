package kafka

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-segment/segmentexporter/internal/shapes"
)

// full is how many events of 1 KB an agent puts into a message, and few what one with little to do does.
const full, few = 300, 20

// sink discards uploads, after the time that an upload takes.
type sink struct {
	URL string

	takes          time.Duration
	uploads, bytes atomic.Int64
}

func newSink(t *testing.T, takes time.Duration) *sink {
	t.Helper()
	s := &sink{takes: takes}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// ServeHTTP implements http.Handler.
func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	time.Sleep(s.takes)
	s.uploads.Add(1)
	s.bytes.Add(n)
}

var codecs = map[string]kgo.CompressionCodec{"zstd": kgo.ZstdCompression(), "lz4": kgo.Lz4Compression()}

// fill writes events into a topic as agents do, with so many in a message.
func fill(t *testing.T, topic string, events, inMessage int, compression string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(theBroker.address), kgo.ProducerBatchCompression(codecs[compression]),
		kgo.ProducerBatchMaxBytes(1_000_000), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
	require.NoError(t, err)
	defer client.Close()
	values := messages(t, inMessage)
	for i := range events / inMessage {
		client.Produce(t.Context(), &kgo.Record{Topic: topic, Value: values[i%len(values)]}, func(_ *kgo.Record, err error) {
			if err != nil {
				panic(err)
			}
		})
	}
	require.NoError(t, client.Flush(t.Context()))
}

// sizeOf is how many bytes a topic takes.
func sizeOf(t *testing.T, topic string) float64 {
	t.Helper()
	dirs, err := theBroker.admin.DescribeAllLogDirs(t.Context(), nil)
	require.NoError(t, err)
	size := int64(0)
	for _, dir := range dirs {
		dir.EachPartition(func(p kadm.DescribedLogDirPartition) {
			if p.Topic == topic {
				size += p.Size
			}
		})
	}
	return float64(size)
}

// messages are some different OTLP requests with so many events of 1 KB.
func messages(t *testing.T, events int) (list [][]byte) {
	t.Helper()
	const distinct = 16
	all := shapes.Large.Logs(distinct * events)
	for i := range distinct {
		part := plog.NewLogs()
		all.CopyTo(part)
		index := 0
		part.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().RemoveIf(func(plog.LogRecord) bool {
			index++
			return (index-1)/events != i
		})
		body, err := plogotlp.NewExportRequestFromLogs(part).MarshalProto()
		require.NoError(t, err)
		list = append(list, body)
	}
	return list
}

// sendTo sends events to a collector as fast as it accepts them.
func sendTo(t *testing.T, n *node, events, inRequest int) {
	t.Helper()
	bodies := messages(t, inRequest)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(events/inRequest); i = next.Add(1) - 1 {
				sendUntilAccepted(t, n.logsURL(), bodies[i%int64(len(bodies))])
			}
		})
	}
	wg.Wait()
}

// gatewayOf starts a gateway of a topic.
func gatewayOf(t *testing.T, s *sink, topic, name string) *node {
	t.Helper()
	return start(t, sample(t, "kafka-gateway.yaml", map[string]string{
		"KAFKA_BROKERS": theBroker.address, "KAFKA_TOPIC": topic, "KAFKA_GROUP": topic, "INSTANCE": name, "SEGMENT_WRITE_KEY": "key",
	}), shortSession, "exporters: {segment: {endpoint: '"+s.URL+"'}}")
}

const delivered = "exporter_segment_messages"

// TestSpeed measures what an event of 1 KB costs on its way. It is no part of the suite: make bench-kafka.
func TestSpeed(t *testing.T) {
	if os.Getenv("KAFKA_SPEED") == "" {
		t.Skip("make bench-kafka runs it")
	}
	const events = 120_000
	var alone []float64
	fromKafka := map[string][]float64{}
	// In turns, for what else the machine does changes the numbers.
	for range 3 {
		t.Run("one collector, from OTLP to Segment", func(t *testing.T) {
			s := newSink(t, 0)
			n := start(t, "receivers: {otlp: {protocols: {http: {endpoint: 'localhost:${env:HTTP_PORT}'}}}}",
				"exporters: {segment: {write_key: key, endpoint: '"+s.URL+"', sending_queue: {queue_size: 200000}}}",
				"service: {telemetry: {metrics: {level: normal}}, pipelines: {logs: {receivers: [otlp], exporters: [segment]}}}")
			sendTo(t, n, events, full)
			r := measure(t, s, delivered, events, n)
			t.Logf("%.1f µs of CPU for an event, %.0f events in an upload, %.0f bytes for an event there",
				r.cpu, r.inUpload, float64(s.bytes.Load())/events)
			alone = append(alone, r.cpu)
		})
		for compression := range codecs {
			t.Run("gateway, "+compression, func(t *testing.T) {
				s, topic := newSink(t, 0), newTopic(t, "")
				fill(t, topic, events, full, compression)
				r := measure(t, s, delivered, events, gatewayOf(t, s, topic, "a"))
				t.Log(r)
				fromKafka[compression] = append(fromKafka[compression], r.cpu)
			})
		}
	}
	ratio := median(fromKafka["zstd"]) / median(alone)
	t.Logf("a gateway takes %.2f of the CPU of one collector, %.2f with lz4", ratio, median(fromKafka["lz4"])/median(alone))
	for _, compression := range []string{"zstd", "lz4"} {
		t.Run("agent, "+compression, func(t *testing.T) {
			f := &fleet{topic: newTopic(t, "")}
			n := f.addAgent(t, "exporters: {kafka: {producer: {compression: "+compression+"}}}")
			sendTo(t, n, events, full)
			r := measure(t, nil, "exporter_sent_log_records", events, n)
			t.Logf("%.1f µs of CPU for an event, %.0f bytes of it in Kafka", r.cpu, sizeOf(t, f.topic)/events)
		})
	}
	t.Run("gateway, small messages", func(t *testing.T) {
		s, topic := newSink(t, 0), newTopic(t, "")
		fill(t, topic, events, few, "zstd")
		t.Log(measure(t, s, delivered, events, gatewayOf(t, s, topic, "a")))
	})

	// Uploads take a tenth of a second, as to another continent. So the machine is not the limit.
	const uploadTime = 100 * time.Millisecond
	speeds := map[int]float64{}
	for _, gateways := range []int{1, 2} {
		t.Run(fmt.Sprintf("gateways with six partitions each, %d", gateways), func(t *testing.T) {
			s, topic := newSink(t, uploadTime), newTopicOf(t, int32(6*gateways), "")
			nodes := []*node{gatewayOf(t, s, topic, "a")}
			for len(nodes) < gateways {
				nodes = append(nodes, gatewayOf(t, s, topic, "b"))
			}
			eventually(t, func(t require.TestingT) { require.Len(t, members(t, topic), gateways) })
			fill(t, topic, gateways*events/2, full, "zstd")
			r := measure(t, s, delivered, gateways*events/2, nodes...)
			t.Log(r)
			speeds[gateways] = r.perSec
		})
	}
	t.Logf("two gateways have %.2f of the sum of their speeds", speeds[2]/(2*speeds[1]))
	if os.Getenv("BENCH_CHECK") == "1" {
		assert.LessOrEqual(t, ratio, 1.1)
		assert.GreaterOrEqual(t, speeds[2], 0.8*2*speeds[1])
	}
}
