package kafka

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

const (
	// perRequest is how many events a sender sends at a time.
	perRequest = 100
	// patience is how long a sender waits before it sends again what was not accepted.
	patience = 50 * time.Millisecond
	// users are those of each sender.
	users = 10
)

// shape is what events are made of.
type shape struct {
	padding int // bytes
	// timeless is without any time, as no SDK sends events.
	timeless bool
	source   string // "" names none
}

var (
	small    = shape{}
	oneKiB   = shape{padding: 900}
	timeless = shape{timeless: true}
)

// events are the numbers from..to-1, each of one of the users of a sender. They are of as many resources as users.
func (s shape) events(sender, from, to int) []byte {
	ld := plog.NewLogs()
	var scopes []plog.LogRecordSlice
	for i := range users {
		rl := ld.ResourceLogs().AppendEmpty()
		rl.Resource().Attributes().PutStr("service.name", "shop")
		rl.Resource().Attributes().PutStr("service.instance.id", user(sender, i))
		sl := rl.ScopeLogs().AppendEmpty()
		sl.Scope().SetName("segment")
		scopes = append(scopes, sl.LogRecords())
	}
	now := pcommon.NewTimestampFromTime(time.Now())
	for number := from; number < to; number++ {
		lr := scopes[number%users].AppendEmpty()
		if !s.timeless {
			lr.SetTimestamp(now)
		}
		lr.SetEventName("Counted")
		attributes := lr.Attributes()
		attributes.PutStr("segment.user_id", user(sender, number%users))
		attributes.PutInt("segment.properties.number", int64(number))
		if s.source != "" {
			attributes.PutStr("segment.source", s.source)
		}
		if s.padding > 0 {
			// Not compressible to nothing, as little of life is.
			attributes.PutStr("padding", strings.Repeat(fmt.Sprintf("%d and ", number*7919), s.padding)[:s.padding])
		}
	}
	body, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	if err != nil {
		panic(err)
	}
	return body
}

func user(sender, i int) string { return fmt.Sprintf("user-%d-%d", sender, i) }

// senders send events until they are stopped.
type senders struct {
	next atomic.Int64
	stop context.CancelFunc
	wg   sync.WaitGroup
}

// startSenders starts a sender for each agent. It sends the number of requests in a second, or as many as the agent takes with 0.
func (f *fleet) startSenders(t *testing.T, s shape, perSecond int) *senders {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	all := &senders{stop: cancel}
	for i, agent := range f.agents {
		url := agent.logsURL()
		all.wg.Go(func() {
			pace := time.NewTicker(time.Second / time.Duration(max(perSecond, 1)))
			defer pace.Stop()
			for ctx.Err() == nil {
				to := int(all.next.Add(perRequest))
				//nolint:contextcheck // What has begun is sent, so that the number is known.
				sendUntilAccepted(t, url, s.events(i, to-perRequest, to))
				if perSecond > 0 {
					<-pace.C
				}
			}
		})
	}
	t.Cleanup(func() { cancel(); all.wg.Wait() })
	return all
}

// finish returns how many events were accepted.
func (s *senders) finish() int {
	s.stop()
	s.wg.Wait()
	return int(s.next.Load())
}

// sent is how many events are accepted or on their way.
func (s *senders) sent() int { return int(s.next.Load()) }

// sendAll sends the events from..end-1, as fast as the agents accept them.
func (f *fleet) sendAll(t *testing.T, s shape, from, end int) {
	t.Helper()
	require.Zero(t, (end-from)%perRequest)
	var next atomic.Int64
	next.Store(int64(from))
	var wg sync.WaitGroup
	for i, agent := range f.agents {
		wg.Go(func() {
			for to := int(next.Add(perRequest)); to <= end; to = int(next.Add(perRequest)) {
				sendUntilAccepted(t, agent.logsURL(), s.events(i, to-perRequest, to))
			}
		})
	}
	wg.Wait()
}

var client = &http.Client{Timeout: 10 * time.Second}

// sendUntilAccepted sends a request again until the agent has it, as an SDK does, unless the test is over.
func sendUntilAccepted(t *testing.T, url string, body []byte) {
	t.Helper()
	for t.Context().Err() == nil {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			panic(err)
		}
		req.Header.Set("Content-Type", "application/x-protobuf")
		if _, err := do(req); err == nil {
			return
		}
		time.Sleep(patience)
	}
}

func get(url string) (string, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	return do(req)
}

func do(req *http.Request) (string, error) {
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, text)
	}
	return string(text), err
}
