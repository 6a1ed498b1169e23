package receiver

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otel-segment/segmentexporter/internal/record"
)

// api answers the requests of Segment's libraries.
type api struct {
	sources   sources
	addresses addresses
	settings  *settingsOf // nil: there are none
	options   record.Options
	// forwardWriteKey adds the write key to the records.
	forwardWriteKey bool
	retryAfter      time.Duration
	maxBody         int64

	door    *door
	next    consumer.Logs
	obs     *receiverhelper.ObsReport
	metrics *metrics
	log     *limitedLog
}

// ServeHTTP implements http.Handler.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := arrivalOf(r.Context())
	if !a.door.enter() {
		a.answer(w, r, at, shuttingDown)
		return
	}
	defer a.door.leave()
	a.answer(w, r, at, a.serve(w, r, at))
}

func (a *api) serve(w http.ResponseWriter, r *http.Request, at *arrival) *answer {
	switch {
	case at.route.kind == unknownPath, at.route.kind == settingsPath && a.settings == nil:
		return notFound
	case r.Method != at.route.method:
		return methodNotAllowed(at.route.method)
	}
	switch at.route.kind {
	case pixelPath:
		return a.takePixel(r, at)
	case settingsPath:
		return a.sendSettings(w, r, at)
	case telemetryPath:
		return a.takeTelemetry(w, r)
	default:
		return a.takeBody(w, r, at)
	}
}

// answer writes the answer, and counts it.
func (a *api) answer(w http.ResponseWriter, r *http.Request, at *arrival, answer *answer) {
	a.metrics.request(r.Context(), at.route.name, strconv.Itoa(answer.status))
	if answer.code != "" {
		a.log.request(at.route.name, answer)
		a.drain(w, at.body)
	}
	if at.route.kind == pixelPath && answer != unauthorized {
		writePixel(w)
		return
	}
	answer.write(w, a.retryAfter)
}

// takeTelemetry counts what a library reports of itself, and throws it away.
func (a *api) takeTelemetry(w http.ResponseWriter, r *http.Request) *answer {
	body, no := a.readBody(w, r)
	if no != nil {
		return no
	}
	giveBack(body)
	a.metrics.sdkTelemetry(r.Context())
	return taken
}

// consume hands the records of a request to the next component.
func (a *api) consume(ctx context.Context, result *record.Result, source, key string) *answer {
	if n := result.Logs.LogRecordCount(); n > 0 {
		resource := result.Logs.ResourceLogs().At(0).Resource().Attributes()
		if source != "" {
			resource.PutStr("segment.source", source)
		}
		if a.forwardWriteKey {
			resource.PutStr("segment.write_key", key)
		}
		ctx := a.obs.StartLogsOp(ctx)
		err := a.next.ConsumeLogs(ctx, result.Logs)
		a.obs.EndLogsOp(ctx, "segment", n, err)
		if err != nil {
			no := busy
			if consumererror.IsPermanent(err) {
				no = refused
			}
			a.log.consumer(no, err)
			return no
		}
	}
	a.metrics.taken(ctx, result, source)
	a.log.details(result.Details)
	return taken
}

// unusable is the answer to a request whose body cannot be read as messages.
func unusable(err error) *answer {
	if _, is := errors.AsType[*record.TooLargeError](err); is {
		return tooLarge(err.Error())
	}
	return &answer{status: http.StatusBadRequest, code: "invalid_json", message: err.Error()}
}
