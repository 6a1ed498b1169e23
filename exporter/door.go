package exporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/translate"
)

// Door is where log records come in: it translates them and hands the messages to the queues of their Segment sources.
type Door struct {
	translator *translate.Translator
	sources    []Source
	telemetry  component.TelemetrySettings
	// metrics and sampled are for records that belong to no source.
	metrics *metrics
	sampled *zap.Logger
	hints   hints
	sandbox *sandbox // nil when no source uploads to one
	next    *next    // nil when what is dropped is gone
	// waits says that a queue can make its caller wait.
	waits bool
}

// Source is a Segment source behind the door.
type Source struct {
	*Exporter
	// Queue is the queue whose requests [Exporter.Push] uploads. It must make them with [Convert].
	Queue consumer.Logs
}

// DoorSettings are what a Door is made from.
type DoorSettings struct {
	// ID is the id of the exporter in the configuration.
	ID component.ID
	// Translate says which records are messages and what goes into them.
	Translate translate.Config
	// Letters is the next pipeline, which gets what is dropped; nil when nobody does.
	Letters consumer.Logs
	// Status is that of the component.
	Status *Status
	// Telemetry is where logs and metrics go.
	Telemetry component.TelemetrySettings
}

// NewDoor makes the door in front of the sources of one exporter. The error is one of the telemetry.
func NewDoor(set DoorSettings, sources ...Source) (*Door, error) {
	builder, err := metadata.NewTelemetryBuilder(set.Telemetry)
	if err != nil {
		return nil, err
	}
	d := &Door{
		sources: sources, telemetry: set.Telemetry, metrics: newMetrics(builder, set.ID, ""),
		sampled: sample(set.Telemetry.Logger), next: newNext(set.Letters, set.Telemetry.Logger, set.Status, ""),
	}
	d.metrics.handsOver = set.Letters != nil
	var named []translate.Source
	for _, s := range sources {
		named = append(named, translate.Source{Name: s.set.Source, WriteKey: string(s.set.WriteKey)})
		s.queue = s.Queue
		d.waits = d.waits || s.waits()
	}
	d.translator = translate.New(set.Translate, named...)
	return d, nil
}

// Start must come after the start of the sources, which look for the sandbox.
func (d *Door) Start(ctx context.Context) {
	for _, s := range d.sources {
		if d.sandbox == nil {
			d.sandbox = s.sandbox
		}
	}
	d.metrics.startDoor(ctx)
}

// ConsumeLogs offers the messages to the queues of their sources, and the records that are dropped to the next pipeline. The
// error of a queue keeps its kind and gets the name of the source; of several, one that can pass hides those that are
// permanent. What is no message is counted, and logged, only when there is no error: the sender repeats what was refused.
func (d *Door) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	t := translations.Get().(*translation)
	defer t.release()
	d.translateAll(t, ld)
	offers, err := d.newOffers(ctx, t, ld)
	if err != nil {
		return err
	}
	// The next pipeline is asked first as long as it refuses. Otherwise the messages of the call would be sent again with
	// each repetition.
	lettersFirst := d.next.refuses()
	if lettersFirst {
		if err := d.handOver(ctx, t, ld); err != nil {
			return err
		}
	}
	if err := d.offerAll(ctx, offers); err != nil {
		return err
	}
	if !lettersFirst {
		if err := d.handOver(ctx, t, ld); err != nil {
			return err
		}
	}
	d.next.forget()
	for i := range offers {
		offers[i].countResult(ctx)
	}
	d.count(ctx, t)
	return nil
}

// count counts what is no message. A record that should have been one is logged too, without its payload: Segment would
// have thrown it away in silence.
func (d *Door) count(ctx context.Context, t *translation) {
	d.reportLeftAlone(t)
	for i := range t.parts {
		p := &t.parts[i]
		metrics, sampled, sandbox := d.metrics, d.sampled, d.sandbox
		if p.source != noSource {
			s := d.sources[p.source]
			metrics, sampled, sandbox = s.metrics, s.sampled, s.sandbox
		}
		metrics.addRecords(ctx, p)
		for j := range p.dropped {
			result := &p.dropped[j].Result
			// The reason is part of the text, because the sampling goes by it.
			sampled.Warn(d.dropText()+result.Outcome.String(), d.droppedFields(result)...)
			sandbox.dropped(result.Outcome.String(), result.Event, result.MessageID, 1)
		}
	}
}

func (d *Door) dropText() string {
	if d.next != nil {
		return "Made a record a dead letter: "
	}
	return "Dropped a record: "
}

type requestKey struct{}

// passedRequest is emptied by the converter, so that a context which lives on in the queue does not hold the request.
type passedRequest struct {
	req *request
}

func withRequest(ctx context.Context, req *request) context.Context {
	return context.WithValue(ctx, requestKey{}, &passedRequest{req})
}

// Convert returns the request that the door has put into the context. It can do so once, and ignores the records.
func Convert(ctx context.Context, _ plog.Logs) (xexporterhelper.Request, error) {
	passed := ctx.Value(requestKey{}).(*passedRequest)
	req := passed.req
	passed.req = nil
	return req, nil
}
