package translate

// sharedContext is what the contexts of all records of one resource and scope have in common.
type sharedContext struct {
	tree  tree
	json  []byte // the whole of it, encoded
	trace bool   // it has a trace or span id, which segment.context gave it
	built bool
}

func (e *Encoder) finishShared(s *sharedContext) {
	// What has a problem is taken apart now, once, and not again for every record.
	for at := range s.tree.nodes {
		if n := &s.tree.nodes[at]; n.kind == deferred {
			if _, ok := s.tree.later[n.num].append(nil); !ok {
				s.tree.open(int32(at))
			}
		}
	}
	s.tree.encodeTexts()
	s.trace = s.tree.get(0, "traceId") != 0 || s.tree.get(0, "spanId") != 0
	e.context.copyOf(&s.tree)
	e.context.finishContext(len(e.t.library))
	s.json = e.context.append(s.json[:0], 0)
	s.built = true
}

// shared returns the context of the resource and the scope. It is built when the first of their records is an event.
func (e *Encoder) shared() *sharedContext {
	s := &e.resource.context
	if !s.built {
		e.buildResourceContext(&s.tree)
		e.finishShared(s)
	}
	if !e.scope.objects[context].given() {
		return s
	}
	if s := &e.scope.context; !s.built {
		s.tree.copyOf(&e.resource.context.tree)
		e.mergeForms(&s.tree, &e.scope.objects[context], fromScopeObject, fromScopeFlat, true)
		e.finishShared(s)
	}
	return &e.scope.context
}

func (e *Encoder) buildResourceContext(t *tree) {
	t.reset()
	t.arena = append(t.arena, e.t.library...)
	t.set(0, "library", t.encodedFrom(0), fromRow, 2)
	for i := range compiledRows {
		r := &compiledRows[i]
		if r.when != onPage && e.applies(r.when) {
			setFirst(t, r, r.fromResource, &e.resource.sources)
		}
	}
	e.mergeForms(t, &e.resource.objects[context], fromResourceObject, fromResourceFlat, true)
}
