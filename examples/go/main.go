// Command example sends one analytics event of each of Segment's six types through the OpenTelemetry Go SDK.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/otel"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "example: events could not be sent:", err)
		os.Exit(1)
	}
	fmt.Println("example: all events were sent")
}

func run(ctx context.Context) error {
	// The batch processor exports in the background, where an error has nobody to return to but this handler.
	failed := make(chan error, 1)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		select {
		case failed <- err:
		default: // the first error is enough to tell that something was lost
		}
	}))

	provider, err := newLoggerProvider(ctx)
	if err != nil {
		return err
	}

	emitEvents(ctx, provider.Logger(loggerName))

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
