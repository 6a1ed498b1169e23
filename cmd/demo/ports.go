package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

const (
	grpcAddress     = "localhost:4317"
	httpAddress     = "localhost:4318"
	sandboxAddress  = "localhost:9100"
	receiverAddress = "localhost:9080"
)

type listener struct {
	address, purpose string
}

// listeners are what config/demo.yaml opens, and what is merged over it.
func (d demo) listeners() []listener {
	list := []listener{
		{grpcAddress, "OTLP over gRPC"},
		{httpAddress, "OTLP over HTTP"},
		{sandboxAddress, "the sandbox"},
	}
	if d.library != "" {
		list = append(list, listener{receiverAddress, "Segment's libraries"})
	}
	return list
}

func checkPorts(ctx context.Context, listeners []listener) error {
	var busy []listener
	for _, l := range listeners {
		if inUse(ctx, l.address) {
			busy = append(busy, l)
		}
	}
	return busyError(busy)
}

// inUse dials and listens, because neither is enough: macOS lets a second program listen on localhost while another listens on
// all interfaces, and a port can be taken without an answer.
func inUse(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	if conn, err := dialer.DialContext(ctx, "tcp", address); err == nil {
		_ = conn.Close()
		return true
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return true
	}
	_ = l.Close()
	return false
}

func busyError(busy []listener) error {
	if len(busy) == 0 {
		return nil
	}
	var text strings.Builder
	for _, l := range busy {
		_, port, _ := net.SplitHostPort(l.address)
		fmt.Fprintf(&text, "port %s is in use, but the demo needs it for %s; `lsof -nP -iTCP:%s` shows by whom\n",
			port, l.purpose, port)
	}
	text.WriteString("stop that program (another collector, an earlier demo?) and run the demo again")
	return errors.New(text.String())
}
