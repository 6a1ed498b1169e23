package sandbox

import (
	"context"
	"net/http"
	"time"
)

const (
	// heartbeatInterval is how often a stream says that it is still there.
	heartbeatInterval = 15 * time.Second
	// streamPart is how many messages a stream holds while it writes them.
	streamPart = 100
)

// messageStream sends messages to one client. It reads them from the store by their numbers, in parts: it holds no more
// than one part, and nobody waits for a client that is slow.
type messageStream struct {
	store *store
	query messageQuery // since is how far the client has come
	out   *eventWriter
}

func (a *api) streamMessages(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	// A browser that connects again asks for the same address, and says in the header how far it came.
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		values.Set("since", last)
	}
	query, refused := readMessageQuery(values)
	if refused != nil {
		refused.write(w)
		return
	}
	query.limit = 0 // is for lists
	v := a.store.view(query.since, 0)
	restarted := query.since > v.lastSeq
	if restarted {
		query.since = 0 // for the client has seen the messages of an earlier run
	}
	s := messageStream{a.store, query, newEventWriter(w)}
	if r.Method == http.MethodHead {
		return
	}
	if query.summary {
		summaries := summaryStream{messageStream: s, api: a, resets: v.resets, forget: restarted}
		s.run(r.Context(), summaryPace, summaries.send)
	} else {
		s.run(r.Context(), 0, s.send)
	}
}

// run calls send whenever something changes, with a pause in between, until the client or the server goes: both end the context.
// send is given the number of changes so far, and returns whether to call it again even without another.
func (s *messageStream) run(ctx context.Context, pause time.Duration, send func(changes uint64) (again bool)) {
	heartbeat := time.NewTicker(heartbeatInterval)
	defer heartbeat.Stop()
	for ctx.Err() == nil {
		number, changed := s.store.changes.state() // before the store is read, so that nothing is missed
		again := send(number)
		if s.out.flush() != nil {
			return
		}
		sleep(ctx, pause)
		if !again {
			select {
			case <-changed:
			case <-heartbeat.C:
				s.out.comment("heartbeat")
			case <-ctx.Done():
			}
		}
	}
}

// send writes an event for each message.
func (s *messageStream) send(uint64) (again bool) {
	v := s.next(streamPart)
	for _, rec := range v.records {
		rec.raw, rec.shared = oneLine(rec.whole()), nil
		s.out.event("", rec.seq)
		writeRecord(s.out.Writer, &rec)
		s.out.endEvent()
	}
	return s.query.since < v.lastSeq
}

// next reads the next part of the store, and keeps of it what the client asks for.
func (s *messageStream) next(limit int) view {
	v := s.store.view(s.query.since, limit)
	s.query.since = v.lastSeq
	if len(v.records) == limit {
		s.query.since = v.records[limit-1].seq
	}
	v.records = s.query.filter(v.records)
	return v
}

func sleep(ctx context.Context, d time.Duration) {
	if d == 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
