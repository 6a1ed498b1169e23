package segmentexporter

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	collectorexporter "go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/extensionauth"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/internal/oauthtest"
	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// host has the extensions that the exporter asks for, and keeps what it reports of its status.
type host struct {
	extensions map[component.ID]component.Component

	mu     sync.Mutex
	events []*componentstatus.Event
}

func (h *host) GetExtensions() map[component.ID]component.Component { return h.extensions }

func (h *host) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, event)
}

func (h *host) reported() (statuses []componentstatus.Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, event := range h.events {
		statuses = append(statuses, event.Status())
	}
	return statuses
}

// errors are those of the statuses that have one.
func (h *host) errors() (list []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, event := range h.events {
		if event.Err() != nil {
			list = append(list, event.Err().Error())
		}
	}
	return list
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
	next    *nextPipeline // makes it a connector
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
	settings.ID = component.NewID(metadata.Type)
	// As the collector has it in production.
	settings.Logger = zap.New(core, zap.AddStacktrace(zapcore.ErrorLevel))
	if set.next != nil {
		r.Logs = newConnector(t, settings, cfg, set.next)
	} else {
		exp, err := set.factory.CreateLogs(t.Context(), settings, cfg)
		require.NoError(t, err)
		r.Logs = exp
	}
	t.Cleanup(func() {
		r.stop()
		assert.NoError(t, r.telemetry.Shutdown(context.WithoutCancel(t.Context())))
	})
	return r
}

func newConnector(t *testing.T, set collectorexporter.Settings, cfg *Config, next consumer.Logs) collectorexporter.Logs {
	t.Helper()
	c, err := NewConnectorFactory().CreateLogsToLogs(t.Context(), connector.Settings{
		ID: set.ID, TelemetrySettings: set.TelemetrySettings, BuildInfo: set.BuildInfo,
	}, cfg, next)
	require.NoError(t, err)
	return c
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
