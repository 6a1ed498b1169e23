package translate

import "go.opentelemetry.io/collector/pdata/pcommon"

// A huge record makes an encoder grow, so what it keeps for the next call is bounded: keptElements for a slice, which each call
// clears at its end, and keptBytes for a buffer.
const (
	keptElements = 2_048
	keptBytes    = 1 << 20
)

// Release gives the encoder back. It must not be used any more. Nothing of the logs is kept: the Collector may use their
// memory again, and an encoder that waits for work must not hold on to it.
func (e *Encoder) Release() {
	e.record.release()
	e.resource.release()
	e.scope.release()
	e.resource.raw, e.scope.raw = pcommon.Resource{}, pcommon.InstrumentationScope{}
	e.sources, e.resource.sources = sourceValues{}, sourceValues{}
	e.texts, e.derived, e.groupID = [numTexts]string{}, [len(derivedTraits)]id{}, id{}
	if e.source.name != "" {
		e.source = e.t.sourceOf("")
	}
	e.plain = released(e.plain)
	for _, t := range e.trees() {
		t.release()
	}
	e.hashed = releasedBytes(e.hashed)
	e.t.encoders.Put(e)
}

func (x *vocabulary) release() {
	x.reset()
	for i := range x.objects {
		x.objects[i].flat = released(x.objects[i].flat)
	}
}

func (o *origin) release() {
	o.reset("")
	o.vocabulary.release()
	o.hashed = releasedBytes(o.hashed)
	for i := range o.contexts {
		o.contexts[i].json = releasedBytes(o.contexts[i].json)
	}
}

// release clears no more nodes than were used since the last time: the memory of a tree may be large.
func (t *tree) release() {
	if len(t.nodes) == 0 {
		// Not used since the last time.
		return
	}
	t.reset()
	clear(t.nodes[:t.used])
	t.nodes, t.used = t.nodes[:0], 0
	t.later, t.arena = released(t.later), releasedBytes(t.arena)
}

// released is s, emptied up to its capacity, because earlier records have left something behind its end. A large one becomes nil.
func released[T any](s []T) []T {
	if cap(s) > keptElements {
		return nil
	}
	clear(s[:cap(s)])
	return s[:0]
}

func releasedBytes(b []byte) []byte {
	if cap(b) > keptBytes {
		return nil
	}
	return b[:0]
}
