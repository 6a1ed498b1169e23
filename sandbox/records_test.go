package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.uber.org/zap"
)

func (s sandbox) records() (lists recordLists) {
	status, answer, _ := s.do(http.MethodGet, "/api/records", "")
	require.Equal(s.t, 200, status)
	require.NoError(s.t, json.Unmarshal([]byte(answer), &lists))
	return lists
}

func TestRecords(t *testing.T) {
	t.Parallel()
	ext, s := runExtension(t, testConfig())
	_, answer, _ := s.do(http.MethodGet, "/api/records", "")
	assert.JSONEq(t, `{"not_selected":[],"dropped":[],"totals":{"not_selected":0,"dropped":0}}`, answer)

	ext.ObserveNotSelected("segment", "shop.checkout", "", false, 2)
	ext.ObserveNotSelected("segment", "shop.checkout", "Order Completed", false, 1)
	ext.ObserveNotSelected("segment", "shop.checkout", "", true, 1)
	ext.ObserveNotSelected("segment/web", "shop.checkout", "", false, 1)
	ext.ObserveNotSelected("segment", "shop.checkout", "", false, 3)
	ext.ObserveDropped("segment", "missing_identity", "Order Completed", "otel-1", 1)
	ext.ObserveDropped("segment", "too_large", "Order Completed", "otel-2", 1)
	ext.ObserveDropped("segment", "missing_identity", "Order Completed", "otel-3", 4)
	ext.ObserveDropped("segment", "missing_identity", "Order Completed", "", 1)
	ext.ObserveDropped("segment", "missing_identity", "Order Completed", "nothing", 0)

	got := s.records()
	for i := range got.NotSelected {
		takeTime(t, &got.NotSelected[i].seen)
	}
	for i := range got.Dropped {
		takeTime(t, &got.Dropped[i].seen)
	}
	assert.Equal(t, recordLists{
		NotSelected: []notSelectedRecords{
			{notSelectedKind{"segment", "shop.checkout", "Order Completed", false}, seen{Records: 1}},
			{notSelectedKind{"segment", "shop.checkout", "", true}, seen{Records: 1}},
			{notSelectedKind{"segment/web", "shop.checkout", "", false}, seen{Records: 1}},
			{notSelectedKind{"segment", "shop.checkout", "", false}, seen{Records: 5}},
		},
		Dropped: []droppedRecords{
			{droppedKind{"segment", "too_large", "Order Completed"}, "otel-2", seen{Records: 1}},
			{droppedKind{"segment", "missing_identity", "Order Completed"}, "otel-3", seen{Records: 6}},
		},
		Totals: recordTotals{8, 7},
	}, got)
	assert.Equal(t, recordTotals{8, 7}, s.stats().Records)

	s.do(http.MethodDelete, "/api/messages", "")
	assert.Equal(t, recordLists{NotSelected: []notSelectedRecords{}, Dropped: []droppedRecords{}}, s.records())
	assert.Zero(t, s.stats().Records)

	status, _, header := s.do(http.MethodPost, "/api/records", "")
	assert.Equal(t, 405, status)
	assert.Equal(t, "GET, HEAD", header.Get("Allow"))
}

// takeTime checks a time, and removes it.
func takeTime(t *testing.T, s *seen) {
	at, err := time.Parse(time.RFC3339, s.LastAt)
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), at, time.Minute)
	s.LastAt = ""
}

func TestRecordsAreBounded(t *testing.T) {
	t.Parallel()
	ext, s := runExtension(t, testConfig())
	long := strings.Repeat("ä", 10*maxFieldBytes)
	ext.ObserveNotSelected(long, long, long, false, 1)
	ext.ObserveDropped(long, long, long, long, 1)
	short := strings.Repeat("ä", maxFieldBytes/2) + "…"
	got := s.records()
	assert.Equal(t, notSelectedKind{short, short, short, false}, got.NotSelected[0].notSelectedKind)
	assert.Equal(t, droppedKind{short, short, short}, got.Dropped[0].droppedKind)
	assert.Equal(t, short, got.Dropped[0].MessageID)

	for i := range 3 * maxRecordKinds {
		ext.ObserveNotSelected("segment", "often", "", false, 1)
		ext.ObserveNotSelected("segment", "logger-"+strconv.Itoa(i), "", false, 1)
		ext.ObserveDropped("segment", "missing_identity", "event-"+strconv.Itoa(i), "", 1)
	}
	got = s.records()
	require.Len(t, got.NotSelected, maxRecordKinds)
	require.Len(t, got.Dropped, maxRecordKinds)
	assert.Equal(t, "logger-299", got.NotSelected[maxRecordKinds-1].Logger)
	assert.Equal(t, "logger-201", got.NotSelected[0].Logger)
	assert.Equal(t, "event-200", got.Dropped[0].Event)
	assert.Equal(t, "often", got.NotSelected[maxRecordKinds-2].Logger, "what is seen again stays")
	assert.Equal(t, 3*maxRecordKinds, got.NotSelected[maxRecordKinds-2].Records)
	assert.Equal(t, recordTotals{1 + 6*maxRecordKinds, 1 + 3*maxRecordKinds}, got.Totals, "those that had to go are counted")
}

func TestRecordsOfManyAtOnce(t *testing.T) {
	t.Parallel()
	ext := newExtension(testConfig(), componenttest.NewNopTelemetrySettings())
	var group sync.WaitGroup
	observe := func() {
		for range 100 {
			ext.TakesUploads(testURL)
			ext.ObserveNotSelected("segment", "shop", "", false, 1)
			ext.ObserveDropped("segment", "too_large", "", "", 1)
		}
	}
	for range 4 {
		group.Go(observe)
	}
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	observed := ext.running.Load().store
	group.Wait()
	before := observed.statistics().Records
	observe()
	assert.Equal(t, recordTotals{before.NotSelected + 100, before.Dropped + 100}, observed.statistics().Records)
	require.NoError(t, ext.Shutdown(t.Context()))
	observe()
	assert.Equal(t, recordTotals{before.NotSelected + 100, before.Dropped + 100}, observed.statistics().Records)
}

func TestRecordEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, err := newAPI(testConfig(), zap.NewNop())
		require.NoError(t, err)
		a.store.observeNotSelected(notSelectedKind{Logger: "shop"}, 1)
		l := liveTest{t: t, api: a, out: newLockedRecorder()}
		l.cancel = serveStream(t, a, l.out, "?view=summary&type=page")
		defer l.cancel()

		told := func() (lists []recordLists) {
			for _, e := range l.events() {
				if e.name == "records" {
					var list recordLists
					require.NoError(t, json.Unmarshal([]byte(e.data), &list))
					lists = append(lists, list)
				}
			}
			return lists
		}
		first := told()
		require.Len(t, first, 1, "at the beginning")
		assert.Equal(t, recordTotals{NotSelected: 1}, first[0].Totals)
		accept(t, a.store, track("1", ""))
		time.Sleep(2 * time.Second)
		assert.Empty(t, told(), "nothing new")

		for range 5000 {
			a.store.observeDropped(droppedKind{Reason: "missing_identity"}, "", 1)
			time.Sleep(time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		lists := told()
		assert.InDelta(t, 5, len(lists), 2)
		assert.Equal(t, recordTotals{1, 5000}, lists[len(lists)-1].Totals, "the last change is told")

		a.store.reset()
		time.Sleep(2 * time.Second)
		assert.Equal(t, []recordLists{{NotSelected: []notSelectedRecords{}, Dropped: []droppedRecords{}}}, told())
	})
}
