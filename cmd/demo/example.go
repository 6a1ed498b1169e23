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

// example is a program that sends one message of each type, ready to run.
type example struct {
	command []string
	env     []string // beside the environment of the demo
	// remove removes what was made to run it; nil when it stays for the next time.
	remove func() error
}

// buildExample builds a Go program. `go run` would leave its child running when it is stopped.
func buildExample(ctx context.Context, folder string) (*example, error) {
	target, err := os.MkdirTemp("", "segment-demo-")
	if err != nil {
		return nil, err
	}
	program := filepath.Join(target, "example")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	cmd.Dir = folder
	// The example is a module of its own, whatever workspace the checkout is in.
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if err := runTool(cmd, "build "+folder); err != nil {
		return nil, errors.Join(err, os.RemoveAll(target))
	}
	return &example{
		command: []string{program},
		env:     []string{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://" + grpcAddress},
		remove:  func() error { return os.RemoveAll(target) },
	}, nil
}

// runTool runs a command that is told to end when its context ends: then it removes its temporary files. Killed, it does not.
func runTool(cmd *exec.Cmd, doing string) error {
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTimeout
	if output, err := cmd.CombinedOutput(); err != nil {
		return commandError(doing, err, output)
	}
	return nil
}

func (e *example) run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, e.command[0], e.command[1:]...)
	cmd.Env = append(os.Environ(), e.env...)
	if output, err := cmd.CombinedOutput(); err != nil {
		return commandError("run the example program", err, output)
	}
	return nil
}

func (e *example) cleanUp() error {
	if e.remove == nil {
		return nil
	}
	return e.remove()
}

func commandError(doing string, err error, output []byte) error {
	if output = bytes.TrimSpace(output); len(output) > 0 {
		return fmt.Errorf("%s: %w\n%s", doing, err, output)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
