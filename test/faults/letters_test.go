package faults

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// connecting overlays a connector instead of the exporter, with its queue in a folder, and a file that the letters go to.
func connecting(segment harness.Sandbox, folder, letters string) []string {
	return []string{harness.WithoutSandbox, fmt.Sprintf(`
extensions: {file_storage: {directory: %q}}
connectors:
  segment/letters:
    write_key: test-write-key
    endpoint: %q
    timeout: 1s
    sending_queue: {storage: file_storage, batch: {flush_timeout: 50ms}}
    retry_on_failure: {initial_interval: 50ms, max_interval: 250ms}
exporters:
  file/dead-letters: {path: %q, rotation: {max_megabytes: 100}}
service:
  extensions: [file_storage]
  pipelines:
    logs: {receivers: [otlp], exporters: [segment/letters]}
    logs/dead-letters: {receivers: [segment/letters], exporters: [file/dead-letters]}
`, folder, segment.URL, letters)}
}

// lettersIn are the records of a file of dead letters.
func lettersIn(t require.TestingT, path string) (list []plog.LogRecord) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			continue
		}
		ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(line)
		require.NoError(t, err)
		for _, rl := range ld.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, lr := range sl.LogRecords().All() {
					list = append(list, lr)
				}
			}
		}
	}
	return list
}

// sendAgain posts each line of a file of dead letters to the OTLP receiver, as curl does.
func sendAgain(t *testing.T, c *harness.Collector, path string, mend func(line string) string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		c.PostLogs(t, "application/json", []byte(mend(line)))
	}
}

func asItIs(line string) string { return line }

func attribute(lr plog.LogRecord, name string) string {
	v, _ := lr.Attributes().Get(name)
	return v.AsString()
}

// postMixed sends page views with the ids m-0, m-1, …, and what change makes of them.
func postMixed(t *testing.T, c *harness.Collector, n int, change func(i int, lr plog.LogRecord)) {
	t.Helper()
	request := harness.SomeEvents(n)
	for i, lr := range request.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		lr.SetTimestamp(1781524800123456789)
		lr.Attributes().PutStr("segment.message_id", fmt.Sprintf("m-%d", i))
		change(i, lr)
	}
	body, err := request.MarshalProto()
	require.NoError(t, err)
	c.PostLogs(t, "application/x-protobuf", body)
}

// requireLetters waits for so many, and for the books.
func requireLetters(t *testing.T, c *harness.Collector, path string, n int) []plog.LogRecord {
	t.Helper()
	var list []plog.LogRecord
	harness.Eventually(t, func(t require.TestingT) {
		list = lettersIn(t, path)
		require.Len(t, list, n)
		b := c.Books(t)
		require.Zero(t, b.Queued)
		require.Equal(t, b.Accepted, b.Delivered+b.Dropped+b.NotSelected+c.Metric(t, "dead_letters", ""), "%+v", b)
	})
	return list
}

// TestPoisonBecomesALetter has one message among 2,500 that Segment refuses, and one that lacks its user. Mended, both are sent
// again, and arrive as what they were.
func TestPoisonBecomesALetter(t *testing.T) {
	t.Parallel()
	const events, poison, incomplete = 2_500, 1_234, 2_000
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 400, "only_if_contains": "poison"}`)
	path := filepath.Join(t.TempDir(), "letters.jsonl")
	c := harness.StartCollector(t, connecting(segment, t.TempDir(), path)...)
	postMixed(t, c, events, func(i int, lr plog.LogRecord) {
		switch i {
		case poison:
			lr.SetEventName("poison")
		case incomplete:
			lr.Attributes().Remove("user.id")
		}
	})
	for _, lr := range requireLetters(t, c, path, 2) {
		switch attribute(lr, "segment.message_id") {
		case fmt.Sprintf("m-%d", poison):
			assert.Equal(t, "rejected", attribute(lr, "segment.dropped.reason"))
			assert.Equal(t, "400", attribute(lr, "segment.dropped.status"))
			assert.Equal(t, "poison", lr.EventName())
		case fmt.Sprintf("m-%d", incomplete):
			assert.Equal(t, "missing_identity", attribute(lr, "segment.dropped.reason"))
		default:
			assert.Fail(t, "another letter", attribute(lr, "segment.message_id"))
		}
	}
	assert.Equal(t, events-2, segment.Stats(t).Messages["track"])

	segment.Mend(t)
	mended := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL), `
processors:
  transform:
    log_statements:
      - set(log.attributes["segment.user_id"], "unknown") where log.attributes["segment.dropped.reason"] == "missing_identity"
service: {pipelines: {logs: {processors: [transform]}}}`)
	sendAgain(t, mended, path, asItIs)
	list := segment.WaitFor(t, events)
	seen := map[string]bool{}
	for _, r := range list {
		seen[r.Message.MessageID] = true
	}
	assert.Len(t, seen, events)
	assert.Zero(t, segment.Stats(t).Duplicates)
	assert.Zero(t, mended.Metric(t, "warnings", ""))
}

// TestRefusedKeyBecomesLetters refuses the key for longer than max_elapsed_time. The file is sent again twice, and each message
// is there once.
func TestRefusedKeyBecomesLetters(t *testing.T) {
	t.Parallel()
	const events = 1_000
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 401}`)
	path := filepath.Join(t.TempDir(), "letters.jsonl")
	c := harness.StartCollector(t, append(connecting(segment, t.TempDir(), path),
		"connectors: {segment/letters: {max_retry_after: 1s, retry_on_failure: {max_elapsed_time: 2s}}}")...)
	postMixed(t, c, events, func(int, plog.LogRecord) {})
	for _, lr := range requireLetters(t, c, path, events) {
		assert.Equal(t, "undelivered", attribute(lr, "segment.dropped.reason"))
		assert.Equal(t, "401", attribute(lr, "segment.dropped.status"))
	}
	segment.Mend(t)
	sendAgain(t, c, path, asItIs)
	segment.WaitFor(t, events)
	sendAgain(t, c, path, asItIs)
	harness.Eventually(t, func(t require.TestingT) {
		stats := segment.Stats(t)
		require.Equal(t, events, stats.Duplicates)
		require.Equal(t, events, stats.Messages["track"])
	})
}

// TestKilledBetweenDropAndLetter kills the collector while nobody takes its letters, because their disk is full: after the next
// start each of them is there, and what was delivered beside them is not lost.
func TestKilledBetweenDropAndLetter(t *testing.T) {
	t.Parallel()
	const events, poison = 500, 77
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 400, "only_if_contains": "poison"}`)
	folder, path := t.TempDir(), filepath.Join(t.TempDir(), "letters.jsonl")
	c := harness.StartCollector(t, connecting(segment, folder, "/dev/full")...)
	postMixed(t, c, events, func(i int, lr plog.LogRecord) {
		if i == poison {
			lr.SetEventName("poison")
		}
	})
	segment.WaitFor(t, events-1)
	harness.Eventually(t, func(t require.TestingT) {
		require.NotEmpty(t, c.Output.Line("The next pipeline does not take dead letters"))
		require.Equal(t, 1, c.Books(t).Queued)
	})
	c.Kill(t)

	again := harness.StartCollector(t, connecting(segment, folder, path)...)
	harness.Eventually(t, func(t require.TestingT) {
		list := lettersIn(t, path)
		require.Len(t, list, 1)
		require.Equal(t, fmt.Sprintf("m-%d", poison), attribute(list[0], "segment.message_id"))
		require.Zero(t, again.Books(t).Queued)
	})
	assert.Equal(t, events-1, segment.Stats(t).Messages["track"])
}
