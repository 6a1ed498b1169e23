package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	pollInterval = 100 * time.Millisecond
	stopTimeout  = 15 * time.Second
	logTailLines = 15
)

type collector struct {
	process *os.Process
	logPath string
	exited  chan struct{}
	exitErr error // valid once exited is closed
}

// startCollector merges later configurations over earlier ones. The collector logs to a file next to its binary, so that the
// log and the table do not mix.
func startCollector(binary string, configs ...string) (*collector, error) {
	// Without a separator, exec would look for the binary in the PATH.
	binary, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	logFile, err := os.Create(filepath.Join(filepath.Dir(binary), "demo.log"))
	if err != nil {
		return nil, err
	}
	// The collector has a descriptor of its own.
	defer func() { _ = logFile.Close() }()

	//nolint:noctx // stop ends it: a context would kill it before it could shut down.
	cmd := exec.Command(binary)
	for _, config := range configs {
		cmd.Args = append(cmd.Args, "--config", config)
	}
	cmd.Stdout = logFile
	cmd.Stderr = logFile
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the collector: %w", err)
	}
	c := &collector{process: cmd.Process, logPath: logFile.Name(), exited: make(chan struct{})}
	go func() {
		c.exitErr = cmd.Wait()
		close(c.exited)
	}()
	return c, nil
}

func (c *collector) waitReady(ctx context.Context, timeout time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout,
		fmt.Errorf("the collector was not ready after %v, its log is %s", timeout, c.logPath))
	defer cancel()
	for !c.ready(ctx) {
		select {
		case <-c.exited:
			return c.exitedEarly()
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pollInterval):
		}
	}
	return nil
}

func (c *collector) ready(ctx context.Context) bool {
	for _, address := range []string{grpcAddress, httpAddress} {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			return false
		}
		_ = conn.Close()
	}
	_, err := fetchMessages(ctx)
	return err == nil
}

// waitStopped returns nil when the user ends the demo, and an error when the collector ends first.
func (c *collector) waitStopped(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-c.exited:
		// Ctrl-C in a terminal reaches the collector too, which may be faster.
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
			return c.exitedEarly()
		}
	}
}

func (c *collector) exitedEarly() error {
	reason := "exited"
	if c.exitErr != nil {
		reason = c.exitErr.Error()
	}
	content, err := os.ReadFile(c.logPath)
	if err != nil {
		return fmt.Errorf("the collector stopped: %s: %w", reason, err)
	}
	return fmt.Errorf("the collector stopped: %s\nthe end of its log (%s):\n%s", reason, c.logPath, tail(string(content), logTailLines))
}

// stop lets the collector send what it holds, and kills it after stopTimeout.
func (c *collector) stop() error {
	if err := c.process.Signal(syscall.SIGTERM); errors.Is(err, os.ErrProcessDone) {
		return nil // waitReady or waitStopped has returned why
	} else if err != nil {
		return errors.Join(fmt.Errorf("stop the collector: %w", err), c.process.Kill())
	}
	select {
	case <-c.exited:
		if c.exitErr != nil {
			return fmt.Errorf("the collector did not stop cleanly: %w, its log is %s", c.exitErr, c.logPath)
		}
		return nil
	case <-time.After(stopTimeout):
		err := c.process.Kill()
		<-c.exited
		return errors.Join(fmt.Errorf("the collector did not stop within %v and was killed", stopTimeout), err)
	}
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
