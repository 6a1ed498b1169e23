package segmentexporter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/configoptional"
	collectorexporter "go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/extensionauth"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/internal/oauthtest"
	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// answer is what the fake Segment says to a request: a status, or an error of the network.
type answer struct {
	status int
	header http.Header
	err    error
}

// ok takes the messages.
var ok = answer{status: http.StatusOK}

// down is a server that cannot be reached.
var down = answer{err: errors.New("connection refused")}

// fakeSegment takes the place of the network, so that hours pass in no time: everything behind it is real.
type fakeSegment struct {
	t *testing.T
	// auth gives out the access tokens that uploads must have; nil when they need none.
	auth *fakeAuth

	mu       sync.Mutex
	decide   func(ids []string) answer
	latency  time.Duration
	requests []arrival
	// delivered counts by message id what was answered with 200.
	delivered map[string]int
}

// arrival is a request that reached the fake Segment.
type arrival struct {
	at            time.Time
	ids           []string
	authorization string
}

func newFakeSegment(t *testing.T) *fakeSegment {
	return &fakeSegment{t: t, delivered: map[string]int{}}
}

// answers sets what is said from now on; nil takes everything.
func (f *fakeSegment) answers(decide func(ids []string) answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.decide = decide
}

func always(a answer) func([]string) answer { return func([]string) answer { return a } }

// RoundTrip implements http.RoundTripper.
func (f *fakeSegment) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host == authHost {
		return f.auth.RoundTrip(req)
	}
	zip, err := gzip.NewReader(req.Body)
	if err != nil {
		return nil, err
	}
	var upload struct {
		Batch []struct {
			MessageID string `json:"messageId"`
		} `json:"batch"`
	}
	if err := json.NewDecoder(zip).Decode(&upload); err != nil {
		return nil, err
	}
	_ = req.Body.Close()
	var ids []string
	for _, m := range upload.Batch {
		ids = append(ids, m.MessageID)
	}
	authorization := req.Header.Get("Authorization")
	f.mu.Lock()
	f.requests = append(f.requests, arrival{time.Now(), ids, authorization})
	a, latency := ok, f.latency
	switch {
	case f.auth != nil && !f.auth.takes(authorization):
		a = answer{status: http.StatusUnauthorized}
	case f.decide != nil:
		a = f.decide(ids)
	}
	if a.status == http.StatusOK {
		for _, id := range ids {
			f.delivered[id]++
		}
	}
	f.mu.Unlock()
	return a.give(req, latency, `{"success":true}`)
}

// give answers a request after some time.
func (a answer) give(req *http.Request, latency time.Duration, body string) (*http.Response, error) {
	select {
	case <-time.After(latency):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	if a.err != nil {
		return nil, a.err
	}
	header := a.header
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: a.status, Header: header, Request: req, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func (f *fakeSegment) arrivals() []arrival {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]arrival(nil), f.requests...)
}

func (f *fakeSegment) attempts() int { return len(f.arrivals()) }

// requireAll fails unless every one of the ids 0 to n-1 was delivered.
func (f *fakeSegment) requireAll(n int) {
	f.t.Helper()
	f.requireRange(0, n)
}

func (f *fakeSegment) requireRange(from, to int) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	missing := 0
	for i := from; i < to; i++ {
		if f.delivered[messageID(i)] == 0 {
			missing++
		}
	}
	require.Zero(f.t, missing, "messages of %d to %d that were never delivered", from, to)
}

func (f *fakeSegment) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.delivered)
}

// host has the extensions that the exporter asks for, and keeps the statuses that it reports.
type host struct {
	extensions map[component.ID]component.Component

	mu       sync.Mutex
	statuses []componentstatus.Status
}

func (h *host) GetExtensions() map[component.ID]component.Component { return h.extensions }

func (h *host) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.statuses = append(h.statuses, event.Status())
}

func (h *host) reported() []componentstatus.Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]componentstatus.Status(nil), h.statuses...)
}

var (
	networkID = component.MustNewID("fake_network")
	storageID = component.MustNewID("fake_storage")
)

type fakeNetwork struct {
	component.StartFunc
	component.ShutdownFunc
	extensionauth.HTTPClient
}

// rig is an exporter as the collector makes it, with a fake network and everything that it says.
type rig struct {
	collectorexporter.Logs
	t         *testing.T
	host      *host
	telemetry *componenttest.Telemetry
	lines     *observer.ObservedLogs
	stopped   bool
}

// rigSettings say what a rig is made of. Rigs of one factory are of one collector.
type rigSettings struct {
	factory collectorexporter.Factory
	segment *fakeSegment
	disk    *storagetest.Disk
	change  func(*Config)
}

func newRig(t *testing.T, set rigSettings) *rig {
	t.Helper()
	r := &rig{t: t, telemetry: componenttest.NewTelemetry(), host: &host{extensions: map[component.ID]component.Component{
		networkID: fakeNetwork{HTTPClient: extensionauth.ClientRoundTripperFunc(func(http.RoundTripper) (http.RoundTripper, error) {
			return set.segment, nil
		})},
	}}}
	cfg := createDefaultConfig().(*Config)
	cfg.WriteKey = "key"
	cfg.ClientConfig.Endpoint = "http://segment.invalid"
	cfg.ClientConfig.Auth = configoptional.Some(configauth.Config{AuthenticatorID: networkID})
	if set.segment.auth != nil {
		section := oauthtest.NewConfig("http://" + authHost)
		section.ClientConfig.Auth = cfg.ClientConfig.Auth
		cfg.OAuth = configoptional.Some(section)
	}
	if set.disk != nil {
		r.host.extensions[storageID] = set.disk
		cfg.QueueConfig.Get().StorageID = &storageID
	}
	// Small enough that a day of retries passes in a second.
	cfg.QueueConfig.Get().Batch.Get().MinSize, cfg.QueueConfig.Get().Batch.Get().MaxSize = batchRecords, batchRecords
	if set.change != nil {
		set.change(cfg)
	}
	if set.factory == nil {
		set.factory = NewFactory()
	}
	core, lines := observer.New(zapcore.DebugLevel)
	r.lines = lines
	settings := exportertest.NewNopSettings(metadata.Type)
	settings.TelemetrySettings = r.telemetry.NewTelemetrySettings()
	settings.Logger = zap.New(core)
	exp, err := set.factory.CreateLogs(t.Context(), settings, cfg)
	require.NoError(t, err)
	r.Logs = exp
	t.Cleanup(func() {
		r.stop()
		assert.NoError(t, r.telemetry.Shutdown(context.WithoutCancel(t.Context())))
	})
	return r
}

// startRig is a rig that runs.
func startRig(t *testing.T, set rigSettings) *rig {
	t.Helper()
	r := newRig(t, set)
	require.NoError(t, r.Start(t.Context(), r.host))
	return r
}

func (r *rig) stop() {
	if !r.stopped {
		r.stopped = true
		assert.NoError(r.t, r.Shutdown(context.WithoutCancel(r.t.Context())))
	}
}

// send hands over the records with the ids from..to-1.
func (r *rig) send(from, to int) {
	r.t.Helper()
	require.NoError(r.t, r.ConsumeLogs(r.t.Context(), records(from, to)))
}

// settle waits until nothing happens any more without time passing, after d.
func settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// metrics are the sums of the counters and gauges, by name and by the value of each attribute.
func (r *rig) metrics() map[string]int {
	r.t.Helper()
	sums := map[string]int{}
	for _, m := range r.collect() {
		var points []metricdata.DataPoint[int64]
		switch data := m.Data.(type) {
		case metricdata.Sum[int64]:
			points = data.DataPoints
		case metricdata.Gauge[int64]:
			points = data.DataPoints
		}
		name := strings.TrimPrefix(m.Name, "otelcol_exporter_")
		for _, p := range points {
			sums[name] += int(p.Value)
			for _, kv := range p.Attributes.ToSlice() {
				sums[name+" "+kv.Value.String()] += int(p.Value)
			}
		}
	}
	return sums
}

// pauseTime is the metric of that name, in seconds.
func (r *rig) pauseTime() float64 {
	r.t.Helper()
	for _, m := range r.collect() {
		if data, is := m.Data.(metricdata.Sum[float64]); is && m.Name == "otelcol_exporter_segment_pause_time" {
			return data.DataPoints[0].Value
		}
	}
	return 0
}

func (r *rig) collect() []metricdata.Metrics {
	r.t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(r.t, r.telemetry.Reader.Collect(r.t.Context(), &all))
	var list []metricdata.Metrics
	for _, scope := range all.ScopeMetrics {
		list = append(list, scope.Metrics...)
	}
	return list
}

// requireBalance fails unless everything that was taken is accounted for: delivered, dropped, not selected or queued.
func (r *rig) requireBalance(taken int) {
	r.t.Helper()
	m := r.metrics()
	require.Equal(r.t, taken,
		m["segment_messages"]+m["segment_dropped_records"]+m["segment_not_selected_records"]+m["queue_size"], "%v", m)
}

// batchRecords is how many records a batch of a rig has.
const batchRecords = 20

func messageID(i int) string { return fmt.Sprintf("m-%d", i) }

// records are page views with the ids from..to-1.
func records(from, to int) plog.Logs {
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	sl.Scope().SetName("segment")
	for i := from; i < to; i++ {
		lr := sl.LogRecords().AppendEmpty()
		lr.SetTimestamp(1781524800123456789)
		lr.Attributes().PutStr("segment.type", "page")
		lr.Attributes().PutStr("segment.user_id", "u")
		lr.Attributes().PutStr("segment.message_id", messageID(i))
	}
	return ld
}

// said are the errors in the log that contain a text.
func (r *rig) said(text string) int {
	n := 0
	for _, line := range r.lines.All() {
		if err, is := line.ContextMap()["error"].(string); is && strings.Contains(err, text) {
			n++
		}
	}
	return n
}
