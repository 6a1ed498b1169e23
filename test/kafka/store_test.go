package kafka

import (
	"bufio"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// TestStore has a second group, of kafka-store.yaml. It gets every event too, while Segment takes none and while it is killed.
func TestStore(t *testing.T) {
	const events = 20_000
	f := newFleet(t, overlays{})
	folder, group := t.TempDir(), f.topic+"-store"
	store := start(t, sample(t, "kafka-store.yaml", map[string]string{
		"KAFKA_BROKERS": theBroker.address, "KAFKA_TOPIC": f.topic, "KAFKA_GROUP": group, "INSTANCE": "store", "STORE_DIRECTORY": folder,
	}), shortSession)
	f.segment.answer(always(answer{status: http.StatusServiceUnavailable}))
	for part := range 4 {
		f.sendAll(t, small, part*events/4, (part+1)*events/4)
		store.crash(t)
	}
	eventually(t, func(t require.TestingT) {
		require.Len(t, stored(t, folder), events)
		require.Empty(t, lag(t, group, f.topic))
	})
	require.Zero(t, f.segment.count())
	f.segment.answer(nil)
	f.segment.requireAll(t, events)
}

// stored are the numbers of the events in the files of a folder.
func stored(t require.TestingT, folder string) map[int64]bool {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	numbers := map[int64]bool{}
	for _, name := range files {
		file, err := os.Open(name)
		require.NoError(t, err)
		defer func() { _ = file.Close() }()
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			ld, err := new(plog.JSONUnmarshaler).UnmarshalLogs(lines.Bytes())
			require.NoError(t, err)
			for _, rl := range ld.ResourceLogs().All() {
				for _, lr := range rl.ScopeLogs().At(0).LogRecords().All() {
					number, _ := lr.Attributes().Get("segment.properties.number")
					numbers[number.Int()] = true
				}
			}
		}
		require.NoError(t, lines.Err())
	}
	return numbers
}
