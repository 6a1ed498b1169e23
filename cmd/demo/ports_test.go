package main

import (
	"net"
	"strings"
	"testing"
)

func TestBusyPort(t *testing.T) {
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if !inUse(t.Context(), address) {
		t.Errorf("%s has a listener, but counts as free", address)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if inUse(t.Context(), address) {
		t.Errorf("%s has no listener, but counts as busy", address)
	}
}

func TestBusyErrorNamesEveryPort(t *testing.T) {
	if err := busyError(nil); err != nil {
		t.Errorf("unexpected error: %v", err)
	}
	err := busyError(demo{library: "python"}.listeners())
	for _, want := range []string{"port 4317", "port 4318", "port 9100", "the sandbox", "lsof", "run the demo again"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}
