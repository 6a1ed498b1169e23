package exporter

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/internal/metadatatest"
	"github.com/otel-segment/segmentexporter/internal/oauthtest"
	"github.com/otel-segment/segmentexporter/translate"
)

// testKey has a length that is no multiple of three, so that its encodings with and without a colon differ to the end.
const testKey = "Secret-Write-Key-0123456789?"

// upload is a request as the server sees it.
type upload struct {
	header http.Header
	path   string
	body   string
	ids    []string
	sentAt string
	key    string
	wire   int // bytes as they came
}

// segment is a server that keeps what it is sent and answers as it is told.
type segment struct {
	*httptest.Server
	t        *testing.T
	answer   func(w http.ResponseWriter, n int, r upload)
	mu       sync.Mutex
	requests []upload
}

// newSegment answers 200 unless answer says something else; n counts the requests from 1.
func newSegment(t *testing.T, answer func(w http.ResponseWriter, n int, r upload)) *segment {
	t.Helper()
	s := &segment{t: t, answer: answer}
	s.Server = httptest.NewServer(http.HandlerFunc(s.handle))
	t.Cleanup(s.Close)
	return s
}

func (s *segment) handle(w http.ResponseWriter, r *http.Request) {
	wire, err := io.ReadAll(r.Body)
	assert.NoError(s.t, err)
	content, err := uncompressed(r.Header.Get("Content-Encoding"), bytes.NewReader(wire))
	if !assert.NoError(s.t, err) {
		return
	}
	data, err := io.ReadAll(content)
	assert.NoError(s.t, err)
	var body struct {
		Batch []struct {
			MessageID string `json:"messageId"`
		} `json:"batch"`
		SentAt   string `json:"sentAt"`
		WriteKey string `json:"writeKey"`
	}
	assert.NoError(s.t, json.Unmarshal(data, &body))
	assert.NotEmpty(s.t, body.Batch, "an empty batch is never sent")
	got := upload{header: r.Header, path: r.URL.Path, body: string(data), sentAt: body.SentAt, key: body.WriteKey, wire: len(wire)}
	for _, message := range body.Batch {
		got.ids = append(got.ids, message.MessageID)
	}
	s.mu.Lock()
	s.requests = append(s.requests, got)
	n := len(s.requests)
	s.mu.Unlock()
	if s.answer != nil {
		s.answer(w, n, got)
		return
	}
	_, _ = w.Write([]byte(`{"success":true}`))
}

func uncompressed(encoding string, body io.Reader) (io.Reader, error) {
	switch encoding {
	case "gzip":
		return gzip.NewReader(body)
	case "zstd":
		return zstd.NewReader(body, zstd.WithDecoderConcurrency(1))
	default:
		return body, nil
	}
}

func (s *segment) received() []upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]upload(nil), s.requests...)
}

func (s *segment) count() int { return len(s.received()) }

// answers makes the n-th request fail with the n-th status; 0 and all requests behind the last are 200.
func answers(statuses ...int) func(http.ResponseWriter, int, upload) {
	return func(w http.ResponseWriter, n int, _ upload) {
		if n <= len(statuses) && statuses[n-1] != 0 {
			w.WriteHeader(statuses[n-1])
		}
	}
}

// rig is an exporter with its door and the helper between them, without a queue, with everything it says.
type rig struct {
	*Exporter
	door      *Door
	translate translate.Config
	telemetry *componenttest.Telemetry
	logs      *observer.ObservedLogs
}

func newRig(tb testing.TB, endpoint string, change func(*Settings)) *rig {
	tb.Helper()
	r := newUnstartedRig(tb, endpoint, change)
	r.start(tb, componenttest.NewNopHost())
	return r
}

// withTokens gives the uploads access tokens of an authorization server.
func withTokens(tb testing.TB, server string) func(*Settings) {
	return func(s *Settings) {
		tokens, err := NewTokens(oauthtest.NewConfig(server), s.ID, s.Source, s.Telemetry)
		require.NoError(tb, err)
		s.Tokens = tokens
	}
}

func newUnstartedRig(tb testing.TB, endpoint string, change func(*Settings)) *rig {
	tb.Helper()
	r := &rig{telemetry: componenttest.NewTelemetry(), translate: translate.NewDefaultConfig()}
	tb.Cleanup(func() { assert.NoError(tb, r.telemetry.Shutdown(context.WithoutCancel(tb.Context()))) })
	core, logs := observer.New(zapcore.DebugLevel)
	r.logs = logs
	client := confighttp.NewDefaultClientConfig()
	client.Compression = configcompression.TypeGzip
	client.CompressionParams.Level = 1
	client.Timeout = 10 * time.Second
	// A connection that stays open would look like a leak.
	client = httpclient.WithoutKeepAlives(client)
	set := Settings{
		ID:            component.MustNewID("segment"),
		Stored:        func() int64 { return 0 },
		Endpoint:      endpoint,
		WriteKey:      testKey,
		Client:        client,
		MaxRetryAfter: time.Minute,
		Pauses:        NewPauses(),
		Status:        &Status{},
		Telemetry:     metadatatest.NewSettings(r.telemetry).TelemetrySettings,
	}
	set.Telemetry.Logger = zap.New(core)
	if change != nil {
		change(&set)
	}
	exp, err := New(set)
	require.NoError(tb, err)
	r.Exporter = exp
	return r
}

func (r *rig) start(tb testing.TB, host component.Host) {
	tb.Helper()
	settings := exportertest.NewNopSettings(component.MustNewType("segment"))
	helper, err := xexporterhelper.NewLogsRequest(tb.Context(), settings, Convert, r.Push,
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0}),
		xexporterhelper.WithQueueBatch(r.set.Queue, r.QueueSettings()))
	require.NoError(tb, err)
	r.door, err = NewDoor(DoorSettings{
		ID: r.set.ID, Translate: r.translate, Letters: r.set.Letters, Status: r.set.Status, Telemetry: r.set.Telemetry,
	}, Source{r.Exporter, helper})
	require.NoError(tb, err)
	r.set.Status.Start(host)
	if r.set.Tokens != nil {
		require.NoError(tb, r.set.Tokens.Start(tb.Context(), host))
	}
	require.NoError(tb, r.Start(tb.Context(), host))
	require.NoError(tb, helper.Start(tb.Context(), host))
	r.door.Start(tb.Context())
	tb.Cleanup(func() {
		r.Stop()
		assert.NoError(tb, helper.Shutdown(context.WithoutCancel(tb.Context())))
		r.Shutdown()
		if r.set.Tokens != nil {
			assert.NoError(tb, r.set.Tokens.Shutdown(context.WithoutCancel(tb.Context())))
		}
	})
}

func (r *rig) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	return r.door.ConsumeLogs(ctx, ld)
}

// counts are the counters of the exporter that are not about requests: what became of the records.
func (r *rig) counts(t *testing.T) map[string]int64 {
	t.Helper()
	counts := map[string]int64{}
	for _, name := range [...]string{"messages", "dropped_records", "not_selected_records", "warnings"} {
		m, err := r.telemetry.GetMetric("otelcol_exporter_segment_" + name)
		if err != nil {
			continue
		}
		sum, ok := m.Data.(metricdata.Sum[int64])
		require.True(t, ok)
		for _, point := range sum.DataPoints {
			key := []string{name}
			for _, attribute := range point.Attributes.ToSlice() {
				if attribute.Key != "exporter" {
					key = append(key, attribute.Value.AsString())
				}
			}
			if point.Value > 0 {
				counts[strings.Join(key, " ")] += point.Value
			}
		}
	}
	return counts
}

// events are n page records with the ids m-0, m-1, …, so small that 2,500 fit into a body; change adapts the record i.
func events(n int, change func(i int, lr plog.LogRecord)) plog.Logs {
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	sl.Scope().SetName("segment")
	for i := range n {
		lr := sl.LogRecords().AppendEmpty()
		lr.SetTimestamp(pcommon.Timestamp(1781524800123456789 + i))
		lr.SetEventName("T")
		lr.Attributes().PutStr("segment.type", "page")
		lr.Attributes().PutStr("user.id", "u")
		lr.Attributes().PutStr("segment.message_id", id(i))
		if change != nil {
			change(i, lr)
		}
	}
	return ld
}

func id(i int) string { return fmt.Sprintf("m-%d", i) }

func ids(from, to int) []string {
	var list []string
	for i := from; i < to; i++ {
		list = append(list, id(i))
	}
	return list
}

// assertIDs does not print thousands of ids when they differ.
func assertIDs(t *testing.T, expected, actual []string) {
	t.Helper()
	if len(expected) != len(actual) {
		assert.Failf(t, "number of ids", "expected %d, found %d", len(expected), len(actual))
	}
	for i := range min(len(expected), len(actual)) {
		if expected[i] != actual[i] {
			assert.Failf(t, "ids differ", "at %d: expected %s, found %s", i, expected[i], actual[i])
			return
		}
	}
}
