package segmentexporter

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/exporter"
	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/oauth"
)

type message struct {
	MessageID string `json:"messageId"`
	Event     string `json:"event"`
	Timestamp string `json:"timestamp"`
}

// TestThroughQueueAndRetry sends a record without a time and without an id through the queue to a server that fails
// twice: all attempts carry the same message.
func TestThroughQueueAndRetry(t *testing.T) {
	t.Parallel()
	attempts := make(chan []message, 10)
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		body, err := gzip.NewReader(r.Body)
		if !assert.NoError(t, err) {
			return
		}
		var upload struct{ Batch []message }
		assert.NoError(t, json.NewDecoder(body).Decode(&upload))
		if n < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		attempts <- upload.Batch
	}))
	defer server.Close()

	cfg := createDefaultConfig().(*Config)
	cfg.WriteKey = "key"
	cfg.ClientConfig.Endpoint = server.URL
	cfg.ClientConfig = httpclient.WithoutKeepAlives(cfg.ClientConfig)
	cfg.RetryConfig.InitialInterval = time.Millisecond
	cfg.QueueConfig.Get().Batch.Get().FlushTimeout = time.Millisecond
	exp, err := NewFactory().CreateLogs(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, exp.Start(t.Context(), componenttest.NewNopHost()))

	logs := plog.NewLogs()
	lr := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	lr.Attributes().PutStr("segment.event", "Signed Up")
	lr.Attributes().PutStr("segment.user_id", "u")
	require.NoError(t, exp.ConsumeLogs(t.Context(), logs))
	assert.Zero(t, lr.ObservedTimestamp(), "the logs of the pipeline are not changed")

	next := func() []message {
		select {
		case attempt := <-attempts:
			return attempt
		case <-time.After(10 * time.Second):
			require.Fail(t, "no attempt")
			return nil
		}
	}
	first := next()
	require.Len(t, first, 1)
	assert.Equal(t, "Signed Up", first[0].Event)
	assert.NotEmpty(t, first[0].MessageID)
	assert.NotEmpty(t, first[0].Timestamp)
	assert.Equal(t, first, next())
	assert.Equal(t, first, next())
	require.NoError(t, exp.Shutdown(context.WithoutCancel(t.Context())))
	assert.Empty(t, attempts)
}

// TestSettings has what the factory hands on; a wrong region would lose everything in silence.
func TestSettings(t *testing.T) {
	t.Parallel()
	set := exportertest.NewNopSettings(metadata.Type)
	f := factory{pauses: exporter.NewPauses()}
	status := &exporter.Status{}
	for region, endpoint := range map[Region]string{
		RegionUS: "https://api.segment.io",
		RegionEU: "https://events.eu1.segmentapis.com",
	} {
		cfg := createDefaultConfig().(*Config)
		cfg.WriteKey = "key\n"
		cfg.Region = region
		cfg.MaxRetryAfter = time.Second
		assert.Equal(t, exporter.Settings{
			ID:            set.ID,
			Endpoint:      endpoint,
			Region:        string(region),
			WriteKey:      "key",
			Client:        cfg.ClientConfig,
			MaxRetryAfter: time.Second,
			Pauses:        f.pauses,
			Queue:         cfg.QueueConfig,
			Retry:         cfg.RetryConfig,
			Status:        status,
			Telemetry:     set.TelemetrySettings,
		}, f.newSettings(cfg, set, cfg.destinations()[0], shared{status: status}, nil))

		cfg.ClientConfig.Endpoint = "http://localhost:9100"
		own := f.newSettings(cfg, set, cfg.destinations()[0], shared{}, nil)
		assert.Equal(t, "http://localhost:9100", own.Endpoint)
		assert.Empty(t, own.Region)
	}
}

// TestTokensComeFromTheRegion has access tokens that are valid in one region only, wherever the uploads go.
func TestTokensComeFromTheRegion(t *testing.T) {
	t.Parallel()
	cfg := createDefaultConfig().(*Config)
	cfg.ClientConfig.Endpoint = "http://localhost:9100"
	cfg.OAuth.GetOrInsertDefault().ClientID = "client"
	for region, server := range map[Region]string{
		RegionUS: "https://oauth2.segment.io",
		RegionEU: "https://oauth2.eu1.segmentapis.com",
	} {
		cfg.Region = region
		expected := oauth.NewDefaultConfig()
		expected.ClientID = "client"
		expected.ClientConfig.Endpoint = server
		assert.Equal(t, &expected, cfg.destinations()[0].oauth)
	}
	cfg.OAuth.Get().ClientConfig.Endpoint = "http://localhost:9101"
	assert.Equal(t, "http://localhost:9101", cfg.destinations()[0].oauth.ClientConfig.Endpoint)
}
