package libraries

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// ledger is a stand-in for Segment's API that remembers a checksum of each message only, and so can take very many of them.
type ledger struct {
	url string

	mu      sync.Mutex
	sums    [][sha256.Size]byte // of the messages that were sent, by their numbers
	arrived []bool
	count   int
	wrong   []string // what is wrong with messages
}

func newLedger(t *testing.T, messages int) *ledger {
	t.Helper()
	l := &ledger{sums: make([][sha256.Size]byte, messages), arrived: make([]bool, messages)}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	l.url = server.URL
	return l
}

// enter notes a message that is about to be sent. Its JSON has the keys of each object in order, as [json.Marshal] writes them.
func (l *ledger) enter(number int, message []byte) {
	sum := sha256.Sum256(message)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sums[number] = sum
}

// ServeHTTP implements http.Handler.
func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var upload struct {
		Batch []map[string]any `json:"batch"`
	}
	body, err := gzip.NewReader(r.Body)
	if err == nil {
		decoder := json.NewDecoder(body)
		decoder.UseNumber()
		err = decoder.Decode(&upload)
	}
	if err != nil || r.URL.Path != "/v1/batch" {
		l.complain(fmt.Sprintf("%s %s: %v", r.Method, r.URL.Path, err))
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, message := range upload.Batch {
		l.check(message)
	}
	_, _ = w.Write([]byte(`{"success":true}`))
}

func (l *ledger) check(message map[string]any) {
	canonical, err := json.Marshal(plain(message))
	if err != nil {
		l.complain(err.Error())
		return
	}
	sum := sha256.Sum256(canonical)
	id, _ := message["messageId"].(string)
	number, err := strconv.Atoi(strings.TrimPrefix(id, idPrefix))
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil || number < 0 || number >= len(l.sums):
		l.wrong = append(l.wrong, fmt.Sprintf("unknown: %s", canonical))
	case l.arrived[number]:
		l.wrong = append(l.wrong, "arrived twice: "+id)
	case !bytes.Equal(l.sums[number][:], sum[:]):
		l.wrong = append(l.wrong, fmt.Sprintf("altered: %s", canonical))
	default:
		l.arrived[number] = true
		l.count++
	}
}

// plain turns numbers into those that a sender has.
func plain(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key := range v {
			v[key] = plain(v[key])
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
	}
	return value
}

func (l *ledger) complain(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, what)
}

// progress is how many messages have arrived as they were sent, and how many have not.
func (l *ledger) progress() (right, wrong int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count, len(l.wrong)
}

// assertBalance fails when a message is lost, altered, or there twice.
func (l *ledger) assertBalance(t *testing.T) {
	t.Helper()
	const shown = 5
	l.mu.Lock()
	defer l.mu.Unlock()
	assert.Empty(t, l.wrong[:min(shown, len(l.wrong))], "%d messages are wrong", len(l.wrong))
	assert.Equal(t, len(l.sums), l.count, "messages that arrived as they were sent")
}
