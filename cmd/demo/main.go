// Command demo shows the whole way of an event on one machine: it starts the collector with the sandbox, runs the
// example program and prints what arrived. `make demo` runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const (
	startTimeout   = 30 * time.Second
	arrivalTimeout = 20 * time.Second
	recordInterval = time.Second
)

type demo struct {
	collector string
	config    string
	example   string
	library   string
	oauth     bool
	once      bool
	ports     bool
	out       io.Writer
}

func main() {
	d := demo{out: os.Stdout}
	flag.StringVar(&d.collector, "collector", "build/otelcol-segment", "collector binary, made by `make build`")
	flag.StringVar(&d.config, "config", "config/demo.yaml", "collector configuration")
	flag.StringVar(&d.example, "example", "examples/go", "folder of the example program")
	flag.StringVar(&d.library, "library", "", "use a library of Segment's instead of the example program: python or node")
	flag.BoolVar(&d.oauth, "oauth", false, "upload with access tokens")
	flag.BoolVar(&d.once, "once", false, "check what arrived and stop, instead of staying up")
	flag.BoolVar(&d.ports, "check-ports", false, "only check that the ports are free")
	flag.Parse()

	// SIGHUP too, because nobody else stops the collector when the terminal is closed.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := d.run(ctx)
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func (d demo) run(ctx context.Context) (err error) {
	if err := checkPorts(ctx, d.listeners()); err != nil || d.ports {
		return err
	}
	if _, err := os.Stat(d.collector); err != nil {
		return fmt.Errorf("there is no collector yet, run `make build` first: %w", err)
	}

	program, err := d.prepare(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, program.cleanUp()) }()

	configs := []string{d.config}
	if d.library != "" {
		configs = append(configs, receiverOverlay)
	}
	if d.oauth {
		fmt.Fprintln(d.out, "Making a key pair for access tokens ...")
		var config string
		if config, err = writeOAuth(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(filepath.Dir(config))) }()
		configs = append(configs, config)
	}

	fmt.Fprintln(d.out, "Starting the collector ...")
	col, err := startCollector(d.collector, configs...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, col.stop()) }()
	if err := col.waitReady(ctx, startTimeout); err != nil {
		return err
	}

	fmt.Fprintln(d.out, "Running the example program ...")
	if err := program.run(ctx); err != nil {
		return fmt.Errorf("%w\nthe log of the collector is %s", err, col.logPath)
	}
	messages, err := waitForMessages(ctx, len(messageTypes), arrivalTimeout)
	if err != nil {
		return fmt.Errorf("%w\nthe log of the collector is %s", err, col.logPath)
	}

	fmt.Fprintln(d.out)
	printTable(d.out, messages)
	fmt.Fprintln(d.out)
	report := recordReport{out: d.out}
	all, err := fetch[records](ctx, recordsURL)
	if err != nil {
		return fmt.Errorf("%w\nthe log of the collector is %s", err, col.logPath)
	}
	report.print(all)
	verdict := judge(messages)
	if verdict == nil {
		fmt.Fprintln(d.out, "All six types arrived, without a violation.")
	}
	if d.once {
		return verdict
	}
	if verdict != nil {
		fmt.Fprintln(d.out, verdict)
	}

	if d.oauth {
		fmt.Fprintf(d.out, "\nThe uploads had access tokens. Revoke them: curl -s -X DELETE http://%s/api/tokens\n", sandboxAddress)
	}
	printWhereToLook(d.out, col.logPath)

	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { report.watch(watching, recordsURL, recordInterval) })
	defer watch.Wait()
	defer stop()
	return col.waitStopped(ctx)
}

// prepare makes the program ready before the collector starts, because the first time it downloads modules and can fail.
func (d demo) prepare(ctx context.Context) (*example, error) {
	if d.library != "" {
		fmt.Fprintln(d.out, "Installing Segment's library ...")
		return installLibrary(ctx, d.library, filepath.Dir(d.collector))
	}
	fmt.Fprintln(d.out, "Building the example program ...")
	return buildExample(ctx, d.example)
}
