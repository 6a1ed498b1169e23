package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// buildExample returns the path of the program. `go run` would leave its child running when it is stopped.
func buildExample(ctx context.Context, folder string) (string, error) {
	target, err := os.MkdirTemp("", "segment-demo-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(target, "example")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	cmd.Dir = folder
	// The example is a module of its own, whatever workspace the checkout is in.
	cmd.Env = append(os.Environ(), "GOWORK=off")
	// Interrupted, the go command removes its temporary files; killed, it does not.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTimeout
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", errors.Join(commandError("build "+folder, err, output), os.RemoveAll(target))
	}
	return program, nil
}

func runExample(ctx context.Context, program string) error {
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://"+grpcAddress)
	if output, err := cmd.CombinedOutput(); err != nil {
		return commandError("run the example program", err, output)
	}
	return nil
}

func commandError(doing string, err error, output []byte) error {
	if output = bytes.TrimSpace(output); len(output) > 0 {
		return fmt.Errorf("%s: %w\n%s", doing, err, output)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
