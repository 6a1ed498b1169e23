package exporter

import (
	"slices"
	"sync"

	"github.com/otel-segment/segmentexporter/translate"
)

// request is encoded messages in one piece of memory. The queue holds the request of a call to ConsumeLogs; the batcher
// merges and cuts requests, until each is the batch of one body.
type request struct {
	// envelope is the size of a body without its messages.
	envelope int
	// data has the messages, with a comma between each two. Those of this request begin at start: requests that were cut
	// from one share its memory.
	data     []byte
	start    int
	messages []message
	// own says that the memory is not shared, and merged is where it comes from when it is to be used again.
	own    bool
	merged *mergeBuffer
	// holds are requests that have no message in this batch, but that the queue counts until its upload has ended.
	holds []*receipt
	// packed is the request as it is on disk. It is unpacked when the messages are needed.
	packed *packedRequest
}

// message is one message of a request.
type message struct {
	end     int // in the data of its request
	typ     translate.Type
	channel translate.Channel
	drops   uint32   // how often it was dropped before
	givenUp *givenUp // nil when it is to be uploaded
	receipt *receipt
}

// ItemsCount is the number of messages.
func (r *request) ItemsCount() int {
	if r.packed != nil {
		return r.packed.count
	}
	return len(r.messages)
}

// BytesSize is the size of the body that the messages make, before compression.
func (r *request) BytesSize() int {
	if r.packed != nil {
		return r.envelope + r.packed.bytes
	}
	return r.envelope + len(r.bytes())
}

// bytes are the messages as they are in a body.
func (r *request) bytes() []byte {
	if len(r.messages) == 0 {
		return nil
	}
	return r.data[r.start:r.messages[len(r.messages)-1].end]
}

// startOf is where the i-th message starts in data, behind the comma.
func (r *request) startOf(i int) int {
	if i == 0 {
		return r.start
	}
	return r.messages[i-1].end + len(",")
}

// message is the i-th message.
func (r *request) message(i int) []byte { return r.data[r.startOf(i):r.messages[i].end] }

// slice is the messages from..to-1, in the same memory.
func (r *request) slice(from, to int) *request {
	return &request{envelope: r.envelope, data: r.data, start: r.startOf(from), messages: r.messages[from:to:to]}
}

// mergeBuffer is memory for the large batches that merging makes. It is used again when their push has ended.
type mergeBuffer struct {
	data     []byte
	messages []message
}

var mergeBuffers = sync.Pool{New: func() any {
	return &mergeBuffer{data: make([]byte, 0, MaxBodyBytes)}
}}

// largeBatch is the size from which on a batch gets the memory of a whole body. There can be thousands of smaller ones,
// with partition::metadata_keys.
const largeBatch = 64 << 10

// append adds the messages of another request.
func (r *request) append(other *request) {
	size := len(r.bytes()) + len(",") + len(other.bytes())
	switch {
	case r.merged != nil:
	case size > largeBatch:
		r.merged = mergeBuffers.Get().(*mergeBuffer)
		r.move(r.merged.data[:0], r.merged.messages[:0])
	case !r.own:
		r.move(make([]byte, 0, 2*size), nil)
	}
	r.data = append(r.data, ',')
	r.copyIn(other.bytes(), other.messages, other.start)
}

// move copies the messages to memory that is not shared.
func (r *request) move(data []byte, messages []message) {
	oldData, oldMessages, oldStart := r.bytes(), r.messages, r.start
	r.data, r.messages, r.start, r.own = data, messages, 0, true
	r.copyIn(oldData, oldMessages, oldStart)
}

// copyIn copies messages to the end. Their data began at start in the request that they come from.
func (r *request) copyIn(data []byte, messages []message, start int) {
	moved := len(r.data) - start
	r.data = append(r.data, data...)
	r.messages = slices.Grow(r.messages, len(messages))
	for _, m := range messages {
		m.end += moved
		r.messages = append(r.messages, m)
	}
}

// release gives the memory of a merged request back. The request must not be used any more.
func (r *request) release() {
	if r.merged == nil {
		return
	}
	clear(r.messages)
	r.merged.data, r.merged.messages = r.data, r.messages
	mergeBuffers.Put(r.merged)
	r.data, r.messages, r.merged = nil, nil, nil
}
