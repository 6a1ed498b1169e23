package benchapps

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// sink accepts every request, and reads none before the application has ended, because the two share the processors.
type sink struct {
	url  string
	lock sync.Mutex
	got  []request
}

type request struct {
	otlp, gzip bool
	body       []byte
}

// event is what a message or a record of the applications must have.
type event struct {
	Event      string         `json:"event"`
	UserID     string         `json:"userId"`
	Properties map[string]any `json:"properties"`
}

func startSink(t *testing.T) *sink {
	t.Helper()
	s := &sink{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	otlp := r.URL.Path == "/v1/logs"
	s.lock.Lock()
	s.got = append(s.got, request{otlp, r.Header.Get("Content-Encoding") == "gzip", body})
	s.lock.Unlock()
	if otlp {
		w.Header().Set("Content-Type", "application/x-protobuf")
		return // an empty response is a full success
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"success": true}`)
}

func (s *sink) clear() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.got = nil
}

// verify fails unless each event has arrived once and complete. It returns the bytes of the bodies and the number of requests.
func (s *sink) verify(t *testing.T, form, shape string, want int) (sent, uploads int) {
	t.Helper()
	s.lock.Lock()
	defer s.lock.Unlock()
	ids := map[any]bool{}
	count := 0
	for _, r := range s.got {
		sent += len(r.body)
		require.Equal(t, !strings.HasPrefix(form, library), r.otlp)
		for _, e := range r.events(t) {
			count++
			ids[e.id(t, shape)] = true
		}
	}
	require.Equal(t, want, count, "events that arrived")
	require.Len(t, ids, want, "different events that arrived")
	return sent, len(s.got)
}

func (r request) events(t *testing.T) []event {
	t.Helper()
	body := r.body
	if r.gzip {
		zr, err := gzip.NewReader(bytes.NewReader(body))
		require.NoError(t, err)
		body, err = io.ReadAll(zr)
		require.NoError(t, err)
	}
	if r.otlp {
		logs := plogotlp.NewExportRequest()
		require.NoError(t, logs.UnmarshalProto(body))
		return recordEvents(t, logs.Logs())
	}
	var upload struct {
		Batch []event `json:"batch"`
	}
	require.NoError(t, json.Unmarshal(body, &upload))
	return upload.Batch
}

func recordEvents(t *testing.T, ld plog.Logs) []event {
	t.Helper()
	var list []event
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, lr := range sl.LogRecords().All() {
				e := event{Event: lr.EventName(), Properties: map[string]any{}}
				for key, value := range lr.Attributes().All() {
					switch member, isMember := strings.CutPrefix(key, "segment.properties."); {
					case key == "segment.user_id":
						e.UserID = value.Str()
					case isMember:
						e.Properties[member] = value.AsRaw()
					default:
						require.Equal(t, "segment.properties", key)
						// AsString makes a map into JSON; a string is JSON already.
						require.NoError(t, json.Unmarshal([]byte(value.AsString()), &e.Properties))
					}
				}
				list = append(list, e)
			}
		}
	}
	return list
}

// id is a property that differs from event to event. It fails when the event is not complete.
func (e event) id(t *testing.T, shape string) any {
	t.Helper()
	require.Equal(t, "customer-1042", e.UserID)
	if shape == "flat" {
		require.Equal(t, "Button Clicked", e.Event)
		require.Len(t, e.Properties, 3)
		require.Equal(t, "checkout", e.Properties["button"])
		return e.Properties["position"]
	}
	require.Equal(t, "Order Completed", e.Event)
	require.Len(t, e.Properties, 4)
	products, ok := e.Properties["products"].([]any)
	require.True(t, ok)
	require.Len(t, products, 2)
	for _, product := range products {
		require.Len(t, product, 6)
	}
	return e.Properties["order_id"]
}
