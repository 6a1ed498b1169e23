package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

const (
	// brokerTimeout is enough for a broker that looks through its files after a crash.
	brokerTimeout = time.Minute
	brokerTick    = 100 * time.Millisecond
	clusterID     = "c2VnbWVudGV4cG9ydA"
)

// jars are where `make test-kafka` puts them.
var jars = filepath.Join("..", "..", "build", "kafka", "lib")

// broker is an Apache Kafka on loopback.
type broker struct {
	address string
	admin   *kadm.Client
	client  *kgo.Client

	properties string
	output     testcollector.Output
	process    *os.Process
	exited     chan struct{}
}

// startBroker returns when the broker answers. Its folder is empty.
func startBroker(folder string) (*broker, error) {
	if list, err := filepath.Glob(filepath.Join(jars, "kafka_*.jar")); err != nil || len(list) == 0 {
		return nil, fmt.Errorf("there is no broker in %s: run `make test-kafka`", jars)
	}
	ports, err := freePorts()
	if err != nil {
		return nil, err
	}
	b := &broker{address: ports[0], properties: filepath.Join(folder, "server.properties")}
	if err := b.format(folder, ports[1]); err != nil {
		return nil, err
	}
	b.client, err = kgo.NewClient(kgo.SeedBrokers(b.address), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		return nil, err
	}
	b.admin = kadm.NewClient(b.client)
	return b, errors.Join(b.launch(), b.waitReady())
}

// freePorts are two addresses that nobody listened on a moment ago, which the broker keeps over its restarts.
func freePorts() (addresses [2]string, err error) {
	for i := range addresses {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			return addresses, err
		}
		defer func() { _ = l.Close() }()
		addresses[i] = l.Addr().String()
	}
	return addresses, nil
}

func (b *broker) format(folder, controller string) error {
	text, err := os.ReadFile(filepath.Join("testdata", "server.properties"))
	if err != nil {
		return err
	}
	text = fmt.Appendf(text, "listeners=PLAINTEXT://%[1]s,CONTROLLER://%[2]s\nadvertised.listeners=PLAINTEXT://%[1]s\n"+
		"controller.quorum.voters=1@%[2]s\nlog.dirs=%[3]s\n", b.address, controller, filepath.Join(folder, "data"))
	if err := os.WriteFile(b.properties, text, 0o600); err != nil {
		return err
	}
	out, err := java("kafka.tools.StorageTool", "format", "-t", clusterID, "-c", b.properties).CombinedOutput()
	if err != nil {
		return fmt.Errorf("formatting the broker: %w\n%s", err, out)
	}
	return nil
}

func java(args ...string) *exec.Cmd {
	flags := []string{
		"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
		"-cp", filepath.Join(jars, "*"),
	}
	//nolint:noctx // A context would kill it before it could shut down.
	cmd := exec.Command("java", append(flags, args...)...)
	// It ends with the tests, however they end.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return cmd
}

// launch starts the broker, and does not wait until it is ready.
func (b *broker) launch() error {
	cmd := java("kafka.Kafka", b.properties)
	cmd.Stdout, cmd.Stderr = &b.output, &b.output
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	b.process, b.exited = cmd.Process, exited
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	return nil
}

func (b *broker) waitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), brokerTimeout)
	defer cancel()
	for {
		// Not the list of topics, which the client remembers.
		_, err := b.admin.ListGroups(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-b.exited:
			return fmt.Errorf("the broker has ended:\n%s", b.output.Tail())
		case <-ctx.Done():
			return fmt.Errorf("the broker is not ready: %w\n%s", err, b.output.Tail())
		case <-time.After(brokerTick):
		}
	}
}

func (b *broker) close() {
	b.client.Close()
	b.end(syscall.SIGKILL)
}

// end sends a signal to the broker and waits for its end.
func (b *broker) end(signal syscall.Signal) {
	_ = syscall.Kill(-b.process.Pid, signal) // fails when it has ended
	<-b.exited
}

// stop ends the broker, as an operator does or as a crash does. It is started again at the end of the test, if not before.
func (b *broker) stop(t *testing.T, signal syscall.Signal) {
	t.Helper()
	b.end(signal)
	t.Cleanup(func() { b.start(t) })
}

// start starts a broker that was stopped. It returns when the broker answers.
func (b *broker) start(t *testing.T) {
	t.Helper()
	select {
	case <-b.exited:
		require.NoError(t, b.launch())
	default:
	}
	require.NoError(t, b.waitReady())
}
