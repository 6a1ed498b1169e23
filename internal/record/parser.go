package record

import (
	"bufio"
	"crypto/rand"
	"hash/maphash"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otel-segment/segmentexporter/translate"
)

// maxLevels is how deep objects and arrays nest in an attribute, its own object being level 1. It is what translate takes.
const maxLevels = 64

// keptNodes is the size up to which the memory for nodes is kept for the next request.
const keptNodes = 1 << 16

// keptIndex is the same for the index of keys, and for the list of elements.
const keptIndex = 1 << 12

// parser reads the nodes of one request and makes its records. Its memory is used again for the next one.
type parser struct {
	scanner
	options Options
	result  Result

	// source is what the nodes that are read now are a part of.
	source source
	batch  envelope
	// elements are the nodes of the messages of a body that is not JSON.
	elements []int32
	scopes   [translate.NumChannels]plog.LogRecordSlice
	started  [translate.NumChannels]bool

	// builders make the maps of each level; level 0 is for the attributes of the record.
	builders [maxLevels + 1]xpdata.MapBuilder
	index    []int32
	seed     maphash.Seed
	random   *bufio.Reader
}

var parsers = sync.Pool{New: func() any {
	// A read of random bytes is a system call: one is enough for 32 ids.
	return &parser{seed: maphash.MakeSeed(), random: bufio.NewReaderSize(rand.Reader, 512)}
}}

func newParser(body []byte, o Options) *parser {
	p, _ := parsers.Get().(*parser)
	p.in, p.options = body, o
	p.batch.scope = pcommon.NewMap()
	return p
}

// newLogs makes logs with one resource, for the records to come.
func (p *parser) newLogs() {
	p.result.Logs = plog.NewLogs()
	p.result.Logs.ResourceLogs().AppendEmpty()
}

func (p *parser) release() {
	if cap(p.nodes) > keptNodes {
		p.nodes = nil
	}
	if len(p.index) > keptIndex {
		p.index = nil
	}
	if cap(p.elements) > keptIndex {
		p.elements = nil
	}
	p.in, p.nodes, p.elements = nil, p.nodes[:0], p.elements[:0]
	p.options, p.result, p.source, p.batch = Options{}, Result{}, source{}, envelope{}
	p.scopes, p.started = [translate.NumChannels]plog.LogRecordSlice{}, [translate.NumChannels]bool{}
	parsers.Put(p)
}
