package record

import "github.com/otel-segment/segmentexporter/translate"

// facts are what the context of a message, or of a batch, says that the receiver has to know.
type facts struct {
	library string // its name, "" when there is none
	direct  bool   // the client is the device of the user itself
	// Members, 0 for those that it does not have.
	ip, userAgent int32
}

// factsOf reads the facts in a context. `direct` has no place in the record: whoever sends it on would make the address of
// the Collector that of the user.
func (p *parser) factsOf(at int32) (f facts) {
	if at == 0 || p.nodes[at].kind != object {
		return f
	}
	p.dropDuplicates(at)
	for i := at + 1; i < p.nodes[at].next; i = p.nodes[i].next {
		if p.nodes[i].replaced {
			continue
		}
		switch p.key(i) {
		case "library":
			f.library = p.nameOf(i)
		case "direct":
			f.direct = p.nodes[i].kind == boolTrue
			p.nodes[i].replaced = true
		case "ip":
			f.ip = i
		case "userAgent":
			f.userAgent = i
		}
	}
	return f
}

// nameOf is the name of a library.
func (p *parser) nameOf(at int32) (library string) {
	if p.nodes[at].kind != object {
		return ""
	}
	for i := at + 1; i < p.nodes[at].next; i = p.nodes[i].next {
		if n := &p.nodes[i]; n.kind == text && p.key(i) == "name" {
			library, _ = p.source.decode(n.start, n.end, n.escaped)
		}
	}
	return library
}

// empty says whether a member is missing, null or an empty string, which is all the same to Segment.
func (p *parser) empty(at int32) bool {
	n := &p.nodes[at]
	return at == 0 || n.kind == null || n.kind == text && n.start == n.end
}

func (p *parser) channelOf(f *facts) translate.Channel {
	library := f.library
	if library == "" {
		library = p.batch.facts.library
	}
	if f.direct || p.batch.facts.direct || isClientLibrary(library) {
		return translate.Client
	}
	return p.options.Channel
}

// isClientLibrary says whether a library of Segment runs on the devices of users. Some of these post to the paths of servers,
// so the path does not tell.
func isClientLibrary(library string) bool {
	switch library {
	case "analytics.js", "analytics-ios", "analytics-android", "analytics-kotlin", "analytics-swift",
		"analytics-react-native", "analytics-flutter":
		return true
	default:
		return false
	}
}

// appendContext appends the context of a message, with what the receiver knows of the client.
func (p *parser) appendContext(m *message) {
	at, members := m.at[context], 0
	if p.isObject(at) {
		members = int(p.nodes[at].size)
	} else {
		at = 0
	}
	ip, userAgent := "", ""
	if m.channel == translate.Client && p.empty(p.batch.facts.ip) {
		ip = p.fills(m.facts.ip, p.options.Address)
	}
	if p.empty(p.batch.facts.userAgent) {
		userAgent = p.fills(m.facts.userAgent, p.options.UserAgent)
	}
	if at == 0 && ip == "" && userAgent == "" {
		return
	}
	target := p.appendMap("segment.context")
	b := &p.builders[1]
	b.EnsureCapacity(members + 2)
	if at != 0 {
		p.appendMembers(at, 1)
	}
	if ip != "" {
		b.AppendEmpty("ip").SetStr(ip)
	}
	if userAgent != "" {
		b.AppendEmpty("userAgent").SetStr(userAgent)
	}
	b.UnsafeIntoMap(target)
}

// fills returns s when it takes the place of a member that is empty, and leaves that member out of the record. Else it returns
// "".
func (p *parser) fills(at int32, s string) string {
	if s == "" || !p.empty(at) {
		return ""
	}
	if at != 0 {
		p.nodes[at].replaced = true
	}
	return s
}
