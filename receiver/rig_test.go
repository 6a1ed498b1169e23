package receiver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	collectorreceiver "go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-segment/segmentexporter/receiver/internal/metadata"
)

// rig is a receiver that listens, with all that it says.
type rig struct {
	t         *testing.T
	receiver  collectorreceiver.Logs
	url       string
	address   string
	sink      *consumertest.LogsSink
	log       *observer.ObservedLogs
	telemetry *componenttest.Telemetry
}

type option func(*setup)

type setup struct {
	cfg  *Config
	next consumer.Logs
	host component.Host
}

func with(change func(*Config)) option {
	return func(s *setup) { change(s.cfg) }
}

// before has records go somewhere else than into the sink of the rig.
func before(next consumer.ConsumeLogsFunc) option {
	return func(s *setup) {
		consumer, err := consumer.NewLogs(next)
		if err != nil {
			panic(err)
		}
		s.next = consumer
	}
}

func start(t *testing.T, options ...option) *rig {
	t.Helper()
	g := &rig{t: t, sink: &consumertest.LogsSink{}, telemetry: componenttest.NewTelemetry()}
	s := &setup{cfg: createDefaultConfig().(*Config), next: g.sink, host: componenttest.NewNopHost()}
	s.cfg.ServerConfig.NetAddr.Endpoint = "127.0.0.1:0"
	for _, o := range options {
		o(s)
	}
	require.NoError(t, s.cfg.Validate())

	set := receivertest.NewNopSettings(metadata.Type)
	set.ID = component.NewID(metadata.Type)
	set.TelemetrySettings = g.telemetry.NewTelemetrySettings()
	core, log := observer.New(zapcore.DebugLevel)
	set.Logger, g.log = zap.New(core), log
	var err error
	g.receiver, err = NewFactory().CreateLogs(t.Context(), set, s.cfg, s.next)
	require.NoError(t, err)
	require.NoError(t, g.receiver.Start(t.Context(), s.host))
	t.Cleanup(func() {
		// The context of the test has ended.
		assert.NoError(t, g.receiver.Shutdown(context.Background()))
		assert.NoError(t, g.telemetry.Shutdown(context.Background()))
	})
	for _, line := range log.All() {
		if address, ok := line.ContextMap()["address"].(string); ok {
			g.address, g.url = address, "http://"+address
		}
	}
	require.NotEmpty(t, g.address)
	return g
}

// reply is an answer, read whole.
type reply struct {
	status int
	header http.Header
	body   string
	closes bool // the connection
}

// post sends a body as the libraries for servers do.
func (g *rig) post(path, body string, headers ...string) reply {
	g.t.Helper()
	return g.do(http.MethodPost, path, body, headers...)
}

// do makes a request, with a connection of its own. Headers are "Name: value".
func (g *rig) do(method, path, body string, headers ...string) reply {
	g.t.Helper()
	req, err := http.NewRequestWithContext(g.t.Context(), method, g.url+path, strings.NewReader(body))
	require.NoError(g.t, err)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Add(name, value)
	}
	req.Close = true
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(g.t, err)
	return g.read(resp)
}

func (g *rig) read(resp *http.Response) reply {
	g.t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(g.t, err)
	return reply{resp.StatusCode, resp.Header, string(body), resp.Close}
}

// send sends bytes as they are, and reads one answer.
func (g *rig) send(request []byte) reply {
	g.t.Helper()
	conn := g.dial()
	_, err := conn.Write(request)
	require.NoError(g.t, err)
	return g.readFrom(conn, request)
}

func (g *rig) dial() net.Conn {
	g.t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(g.t.Context(), "tcp", g.address)
	require.NoError(g.t, err)
	g.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (g *rig) readFrom(conn net.Conn, request []byte) reply {
	g.t.Helper()
	method, _, _ := bytes.Cut(request, []byte(" "))
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: string(method)})
	require.NoError(g.t, err)
	return g.read(resp)
}

// records are all that have arrived.
func (g *rig) records() (all []plog.LogRecord) {
	for _, logs := range g.sink.AllLogs() {
		for _, rl := range logs.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, lr := range sl.LogRecords().All() {
					all = append(all, lr)
				}
			}
		}
	}
	return all
}

func basic(login string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(login))
}

const (
	track = `{"type":"track","event":"A","userId":"u","messageId":"m1"}`
	batch = `{"batch":[` + track + `],"writeKey":"key"}`
)
