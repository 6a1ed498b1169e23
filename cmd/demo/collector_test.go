package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCollectorThatExitsShowsItsLog(t *testing.T) {
	c, err := startCollector(script(t, "echo 'error: bad configuration' >&2; exit 3"), "any.yaml")
	if err != nil {
		t.Fatal(err)
	}
	<-c.exited
	err = c.exitedEarly()
	for _, want := range []string{"exit status 3", "error: bad configuration", c.logPath} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	if err := c.stop(); err != nil {
		t.Errorf("stopping it again: %v", err)
	}
}

func TestConfigurationsAreHandedOn(t *testing.T) {
	c, err := startCollector(script(t, `echo "$@"`), "first.yaml", "second file.yaml")
	if err != nil {
		t.Fatal(err)
	}
	<-c.exited
	if err, want := c.exitedEarly(), "--config first.yaml --config second file.yaml"; !strings.Contains(err.Error(), want) {
		t.Errorf("%q is not in: %v", want, err)
	}
}

func TestStopWaitsForTheCollector(t *testing.T) {
	for name, test := range map[string]struct {
		trap string
		want string
	}{
		"clean":   {trap: "exit 0"},
		"unclean": {trap: "exit 1", want: "did not stop cleanly: exit status 1"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := startCollector(script(t, "trap '"+test.trap+"' TERM; echo ready; while :; do sleep 0.01; done"), "any.yaml")
			if err != nil {
				t.Fatal(err)
			}
			waitForLog(t, c.logPath, "ready")
			err = c.stop()
			if (test.want == "" && err != nil) || (test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want))) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			select {
			case <-c.exited:
			default:
				t.Error("the process is still there")
			}
		})
	}
}

// script stands in for the collector.
func script(t *testing.T, commands string) string {
	t.Helper()
	// A folder with a space, as the checkout may be in one.
	folder := filepath.Join(t.TempDir(), "with space")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "collector")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+commands+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func waitForLog(t *testing.T, path, text string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		if content, err := os.ReadFile(path); err == nil && strings.Contains(string(content), text) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%q did not appear in %s", text, path)
		}
		time.Sleep(pollInterval)
	}
}

func TestTail(t *testing.T) {
	if got := tail("a\nb\nc\n", 2); got != "b\nc" {
		t.Errorf("got %q", got)
	}
	if got := tail("a\n", 2); got != "a" {
		t.Errorf("got %q", got)
	}
}
