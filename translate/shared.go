package translate

// sharedContext is what the contexts of all records of one resource and scope have in common.
type sharedContext struct {
	tree  tree
	json  []byte // the whole of it, encoded
	trace bool   // it has a trace or span id, which segment.context gave it
	given bool   // segment.context gave some of it
	built bool
}

// sharedContext is the context of complete records, or that of all others.
func (o *origin) sharedContext(complete bool) *sharedContext {
	if complete {
		return &o.contexts[1]
	}
	return &o.contexts[0]
}

func (e *Encoder) finishShared(s *sharedContext) {
	// What has a problem is taken apart now, once, and not again for every record.
	for at := range s.tree.nodes {
		if n := &s.tree.nodes[at]; n.kind == deferred {
			if _, ok := s.tree.later[n.num].append(nil, s.tree.verbatim); !ok {
				s.tree.open(int32(at))
			}
		}
	}
	s.tree.encodeTexts()
	s.trace = s.tree.get(0, "traceId") != 0 || s.tree.get(0, "spanId") != 0
	e.context.copyOf(&s.tree)
	e.finishContext()
	s.json = e.context.append(s.json[:0], 0)
	s.built = true
}

// shared returns the context of the resource and the scope. It is built when the first of their records is an event.
func (e *Encoder) shared() *sharedContext {
	resource := e.resource.sharedContext(e.complete)
	if !resource.built {
		e.buildResourceContext(resource)
		e.finishShared(resource)
	}
	if !e.scope.objects[context].given() {
		return resource
	}
	scope := e.scope.sharedContext(e.complete)
	if !scope.built {
		e.buildScopeContext(scope, resource)
		e.finishShared(scope)
	}
	return scope
}

func (e *Encoder) buildResourceContext(s *sharedContext) {
	t := &s.tree
	t.reset()
	if !e.complete {
		t.arena = append(t.arena, e.t.library...)
		t.set(0, "library", t.encodedFrom(0), fromRow, 2)
		for i := range compiledRows {
			r := &compiledRows[i]
			if r.when != onPage && e.applies(r.when) {
				setFirst(t, r, r.fromResource, &e.resource.sources)
			}
		}
	}
	s.given = e.mergeForms(t, &e.resource.objects[context], fromResourceObject, fromResourceFlat, true)
}

func (e *Encoder) buildScopeContext(s, resource *sharedContext) {
	s.tree.copyOf(&resource.tree)
	given := e.mergeForms(&s.tree, &e.scope.objects[context], fromScopeObject, fromScopeFlat, true)
	s.given = given || resource.given
}
