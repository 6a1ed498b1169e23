package exporter

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/internal/version"
	"github.com/otel-segment/segmentexporter/translate"
)

// Settings are what an Exporter is made from.
type Settings struct {
	// ID is the id of the exporter in the configuration.
	ID component.ID
	// Source is the name of the Segment source among `sources`, "" for the one of `write_key`.
	Source string
	// Endpoint is the base URL of the tracking API; `/v1/batch` is added to its path, or `/v1/b` for messages of devices.
	Endpoint string
	// Region is that of the endpoint, "" for one of the user's own.
	Region string
	// WriteKey goes into the body and, without OAuth, into the Authorization header.
	WriteKey configopaque.String
	// Client is the HTTP client.
	Client confighttp.ClientConfig
	// Tokens are the access tokens, nil when uploads need none. Others may share them.
	Tokens *Tokens
	// MaxRetryAfter caps the pause that a server can ask for.
	MaxRetryAfter time.Duration
	// Pauses are shared by all exporters of the collector.
	Pauses *Pauses
	// Queue is the queue that the messages wait in, none when senders wait for the upload.
	Queue configoptional.Optional[exporterhelper.QueueBatchConfig]
	// Stored is how many messages the queue on disk holds, 0 when it is in memory.
	Stored func() int64
	// Retry is how often and how long an upload that failed is tried again.
	Retry configretry.BackOffConfig
	// Letters is the next pipeline, which gets what is given up; nil when that is dropped.
	Letters consumer.Logs
	// Status is that of the component, which its sources share.
	Status *Status
	// Telemetry is where logs and metrics go.
	Telemetry component.TelemetrySettings
}

// Exporter uploads the messages of one Segment source, which the [Door] has made of log records. Push is safe for concurrent
// use between Start and Shutdown.
type Exporter struct {
	set     Settings
	urls    [translate.NumChannels]string
	header  http.Header
	metrics *metrics
	// sampled is for events that a sender can cause at any rate.
	sampled  *zap.Logger
	redacter *httpclient.Redacter
	client   *http.Client
	bodies   *sync.Pool
	suffix   []byte // of every body, behind the time
	envelope int    // size of a body without its messages
	pause    *pause
	health   health
	outage   outage
	backlog  backlog
	next     *next         // nil when what is given up is dropped
	queue    consumer.Logs // where the door puts messages
	sandbox  *sandbox      // nil when uploads go elsewhere

	// durable says that the queue is on disk, and senderWaits that the sender of records gets the result of the uploads.
	durable, senderWaits bool
	// sharesBatches says that the calls of several senders that wait end up in one batch, and get one result.
	sharesBatches bool
	// stop is closed when the last attempts begin.
	stop     chan struct{}
	stopOnce sync.Once
	// lost is how many messages were given up since then.
	lost atomic.Int64
}

// New makes an exporter that does nothing until Start. The error names the setting at fault, or is one of the telemetry.
func New(set Settings) (*Exporter, error) {
	builder, err := metadata.NewTelemetryBuilder(set.Telemetry)
	if err != nil {
		return nil, err
	}
	key := string(set.WriteKey)
	e := &Exporter{
		set: set,
		header: http.Header{
			"Content-Type": {"application/json"},
			"User-Agent":   {version.UserAgent},
		},
		metrics:     newMetrics(builder, set.ID, set.Source),
		sampled:     sample(set.Telemetry.Logger),
		stop:        make(chan struct{}),
		durable:     set.Queue.HasValue() && set.Queue.Get().StorageID != nil,
		senderWaits: !set.Queue.HasValue() || set.Queue.Get().WaitForResult,
	}
	e.sharesBatches = e.senderWaits && set.Queue.HasValue() && set.Queue.Get().Batch.HasValue()
	if set.Tokens == nil {
		e.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(key+":")))
	}
	e.metrics.handsOver = set.Letters != nil
	e.next = newNext(set.Letters, set.Telemetry.Logger, set.Status, set.Source)
	e.health.status, e.health.source = set.Status, set.Source
	e.redacter = httpclient.NewRedacter(set.Client, formsOfKey(key)...)
	base := strings.TrimRight(set.Endpoint, "/")
	for channel, path := range paths {
		e.urls[channel] = base + path
	}
	e.pause = set.Pauses.of(destination{base, key})
	// The HTTP client can compress as well, but with the gzip of the standard library, which takes twice the time, and
	// with a new buffer for every request.
	level := noCompression
	if set.Client.Compression == configcompression.TypeGzip {
		level = int(set.Client.CompressionParams.Level)
		if level == 0 {
			// 0 is the default level, as in the HTTP client.
			level = gzip.DefaultCompression
		}
		e.header.Set("Content-Encoding", "gzip")
	}
	if e.bodies, err = bodyWritersOf(level); err != nil {
		return nil, fmt.Errorf("compression_params::level: %w", err)
	}
	e.suffix = newSuffix(key)
	e.envelope = envelopeSize(e.suffix)
	return e, nil
}

// sample lets ten lines of each message through per minute.
func sample(logger *zap.Logger) *zap.Logger {
	return logger.WithOptions(zap.WrapCore(func(core zapcore.Core) zapcore.Core {
		return zapcore.NewSamplerWithOptions(core, time.Minute, 10, 0)
	}))
}

// Start builds the HTTP client; only now the extensions that it may name are known.
func (e *Exporter) Start(ctx context.Context, host component.Host) error {
	cfg, extensions := withWireCounter(e.set.Client, host.GetExtensions(), e)
	client, err := cfg.ToClient(ctx, extensions, httpclient.DiscreetSpans(e.set.Telemetry))
	if err != nil {
		return err
	}
	// A redirected POST becomes an empty GET, whose 200 looks like a delivery.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Transport = e.transport(client.Transport)
	e.client = client
	e.sandbox = findSandbox(e.set, host.GetExtensions())
	e.metrics.sandbox = e.sandbox
	e.logStart()
	return e.metrics.start(ctx, &e.backlog)
}

// transport is what an upload passes on its way to base.
func (e *Exporter) transport(base http.RoundTripper) http.RoundTripper {
	base = &recorder{base: base, exporter: e}
	if e.set.Tokens == nil {
		return base
	}
	return e.set.Tokens.oauth.Transport(base)
}

// QueueSettings say how the queue encodes requests that it keeps on disk.
func (e *Exporter) QueueSettings() xexporterhelper.QueueBatchSettings {
	return xexporterhelper.QueueBatchSettings{Encoding: encoding{e}}
}

// Stop begins the last attempts: each push that waits gets one now. Messages that would be lost are sent even during a
// pause: the server can say no again.
func (e *Exporter) Stop() {
	e.stopOnce.Do(func() {
		e.set.Status.Stop()
		e.outage.stop()
		if e.set.Tokens != nil && e.losesAtStop() {
			e.set.Tokens.oauth.EndCooldown()
		}
		// Last, because pushes that wait go on at once.
		close(e.stop)
	})
}

func (e *Exporter) stopped() bool {
	select {
	case <-e.stop:
		return true
	default:
		return false
	}
}

// losesAtStop says that nobody has the messages that are not delivered when the collector ends.
func (e *Exporter) losesAtStop() bool { return !e.durable && !e.senderWaits }

// LogEnd says what the shutdown has left undone, in one line for all pushes: the Collector thins out lines that repeat.
func (e *Exporter) LogEnd() {
	logger := e.set.Telemetry.Logger
	if kept := e.set.Stored(); kept > 0 {
		logger.Info("Messages stay in sending_queue::storage for the next start", zap.Int64("messages", kept))
	}
	if n := e.lost.Load(); n > 0 {
		logger.Error("Messages could not be delivered before the end; a sending_queue::storage would keep them", zap.Int64("lost_messages", n))
	}
}

// Shutdown ends the metrics. Pushes must have ended before.
func (e *Exporter) Shutdown() { e.metrics.builder.Shutdown() }

// setting is the path of a setting of the source in the configuration, such as sources::web::write_key.
func (e *Exporter) setting(key string) string {
	if e.set.Source == "" {
		return key
	}
	return "sources::" + e.set.Source + "::" + key
}

// Named says which source an error is of, if it has a name.
func (e *Exporter) Named(err error) error { return named(e.set.Source, err) }

func named(source string, err error) error {
	if source == "" || err == nil {
		return err
	}
	return fmt.Errorf("sources::%s: %w", source, err)
}
