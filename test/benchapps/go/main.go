// Command go makes one kind of event many times and prints what that cost this process.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// burst fits into the default queue of the SDK, which drops what does not.
const burst = 2_000

type cost struct {
	CPU  float64 `json:"cpu_us"`
	Call float64 `json:"call_us"`
}

func main() {
	if err := measure(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(args []string) error {
	if len(args) != 5 {
		return fmt.Errorf("want form, shape, URL, warm-up and events, got %q", args)
	}
	emit := emitters[args[1]+" "+args[0]]
	if emit == nil {
		return fmt.Errorf("no events of shape %q in form %q", args[1], args[0])
	}
	warmUp, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	events, err := strconv.Atoi(args[4])
	if err != nil {
		return err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { fmt.Fprintln(os.Stderr, err) }))

	if _, err = run(emit, args[2], 0, warmUp); err != nil {
		return err
	}
	before := cpuTime()
	calling, err := run(emit, args[2], warmUp, events)
	if err != nil {
		return err
	}
	used := cpuTime() - before
	return json.NewEncoder(os.Stdout).Encode(cost{
		CPU:  float64(used.Nanoseconds()) / 1e3 / float64(events),
		Call: float64(calling.Nanoseconds()) / 1e3 / float64(events),
	})
}

// run emits the events in bursts, and returns the time that the calls took.
func run(emit emitter, url string, first, count int) (time.Duration, error) {
	ctx := context.Background()
	exporter, err := otlploghttp.New(ctx, otlploghttp.WithEndpointURL(url+"/v1/logs"))
	if err != nil {
		return 0, err
	}
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter)))
	logger := provider.Logger("segment")
	var calling time.Duration
	for start := first; start < first+count; start += burst {
		before := time.Now()
		for i := start; i < min(start+burst, first+count); i++ {
			emit(ctx, logger, i)
		}
		calling += time.Since(before)
		if err := provider.ForceFlush(ctx); err != nil {
			return 0, err
		}
	}
	return calling, provider.Shutdown(ctx)
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // it fails for a wrong argument only
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
