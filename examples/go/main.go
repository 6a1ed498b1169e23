// Command example sends one analytics event of each of Segment's six types through the OpenTelemetry Go SDK, and with
// -all two more that show plain attributes and spans.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	all := flag.Bool("all", false, "send two more events, which show plain attributes and spans")
	flag.Parse()
	if err := run(context.Background(), *all); err != nil {
		fmt.Fprintln(os.Stderr, "example: events could not be sent:", err)
		os.Exit(1)
	}
	fmt.Println("example: all events were sent")
}

func run(ctx context.Context, all bool) error {
	// The batch processor exports in the background, where an error has nobody to return to but this handler.
	failed := make(chan error, 1)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		select {
		case failed <- err:
		default: // the first error is enough to tell that something was lost
		}
	}))

	res, err := newResource(ctx)
	if err != nil {
		return err
	}
	provider, err := newLoggerProvider(ctx, res)
	if err != nil {
		return err
	}

	logger := provider.Logger(loggerName)
	emitEvents(ctx, logger)
	if all {
		// A program that has instrumentation has this already. Spans need not be exported to put their ids on events.
		tracers := sdktrace.NewTracerProvider(sdktrace.WithResource(res))
		emitMore(ctx, logger, tracers.Tracer("shop"))
	}

	// Shutdown sends what the batch processor still holds: without it the last second of events is lost.
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	err = provider.Shutdown(ctx)
	select {
	case background := <-failed:
		err = errors.Join(background, err)
	default:
	}
	return err
}
