package exporter

import (
	"context"
	"sync"

	"github.com/otel-segment/segmentexporter/translate"
)

// fate is what becomes of a message in the end.
type fate uint8

const (
	// delivered: Segment has it.
	delivered fate = iota
	// refused is a message in a body that was refused as a whole.
	refused
	// rejected is a message that was refused by itself.
	rejected
	// undelivered is a message that could be sent again, but there are no more attempts.
	undelivered
	// These fates, in the same order, of messages that the next pipeline has as dead letters.
	refusedLetter
	rejectedLetter
	undeliveredLetter
	// inQueueAgain is a message that was put back into the queue, where it is counted with another request.
	inQueueAgain
	numFates
)

// letter is the fate of a message that the next pipeline has.
func (f fate) letter() fate {
	if f == delivered {
		return f
	}
	return f + refusedLetter - refused
}

// receipt follows the messages of one request of the queue, whatever batches they end up in. They are counted together,
// when the last of them is settled: until then the queue counts all of them. A request that stays on disk is never
// counted, because the next start sends all of it again.
type receipt struct {
	metrics *metrics
	// senderWaits says that the sender gets the result. The door then counts the messages, and only when there is no error,
	// because after one the sender repeats all of them.
	senderWaits bool
	// backlog has this receipt until it is settled.
	backlog *backlog
	place   place

	mu    sync.Mutex
	left  int // messages, and uploads that the queue waits for too
	tally tally
}

// tally counts messages by type and fate.
type tally [translate.NumTypes][numFates]int64

// sum is the number of messages of one fate.
func (t *tally) sum(f fate) (n int64) {
	for typ := range t {
		n += t[typ][f]
	}
	return n
}

// settle says what became of messages, each of which has a receipt.
func settle(ctx context.Context, messages []message, f fate) {
	for len(messages) > 0 {
		r := messages[0].receipt
		n := 1
		for n < len(messages) && messages[n].receipt == r {
			n++
		}
		r.settle(ctx, messages[:n], f)
		messages = messages[n:]
	}
}

func (r *receipt) settle(ctx context.Context, messages []message, f fate) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range messages {
		r.tally[messages[i].typ][f]++
	}
	r.end(ctx, len(messages))
}

// end takes so many messages or uploads off those that the queue waits for. The last one counts all messages of the receipt.
// The caller holds the lock.
func (r *receipt) end(ctx context.Context, n int) {
	r.left -= n
	if r.left > 0 {
		return
	}
	r.backlog.remove(r)
	if !r.senderWaits {
		// It counts even when the context has ended.
		r.metrics.addMessages(context.WithoutCancel(ctx), &r.tally)
	}
}

// hold makes the receipt of another request wait for this batch: the batcher ends both together when the other is the one
// for which this batch had no room.
func (r *request) hold(other *receipt) {
	other.mu.Lock()
	defer other.mu.Unlock()
	other.left++
	r.holds = append(r.holds, other)
}

// endHolds ends what hold has begun. It is called when the upload has ended.
func (r *request) endHolds(ctx context.Context) {
	for _, other := range r.holds {
		other.mu.Lock()
		other.end(ctx, 1)
		other.mu.Unlock()
	}
}

// total is what became of the messages so far.
func (r *receipt) total() tally {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tally
}
