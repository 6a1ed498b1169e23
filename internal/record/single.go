package record

import (
	"bytes"
	"errors"
	"math"
	"slices"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/translate"
)

// Message makes the record of a message that is a body by itself. The error is an [InvalidJSONError] or a [TooLargeError].
func Message(body []byte, o Options) (Result, error) {
	p := newParser(body, o)
	defer p.release()
	p.newLogs()
	if err := p.readObject(); err != nil {
		return Result{}, err
	}
	m := p.element(0)
	p.result.WriteKey = p.str(m.at[writeKey])
	return p.result, nil
}

// Put makes lr the record of a message that stands alone and was received before: its time is not corrected, and a message
// without one gets none. The observed time is left alone. It returns the channel of the message, for [MarkScope]: that of
// clients if one of their libraries made it, else that of servers. The error is an [InvalidJSONError], a [TooLargeError], or says
// that the message has none of the six types; lr is then left alone.
func Put(lr plog.LogRecord, message []byte) (translate.Channel, error) {
	p := newParser(message, Options{})
	defer p.release()
	if err := p.readObject(); err != nil {
		return 0, err
	}
	m, ok := p.readMessage(0)
	if !ok {
		return 0, errors.New("type is missing, or none of the six")
	}
	p.put(lr, &m)
	return m.channel, nil
}

func (p *parser) readObject() error {
	if err := p.readBody(); err != nil {
		return err
	}
	if p.nodes[0].kind != object {
		return &InvalidJSONError{Problem: "no object"}
	}
	return nil
}

// byteOrderMark begins what some tools write on Windows.
var byteOrderMark = []byte("\ufeff")

// readBody reads the body as one JSON value, which becomes node 0.
func (p *parser) readBody() error {
	p.in = bytes.TrimPrefix(p.in, byteOrderMark)
	if len(p.in) > math.MaxInt32 {
		return &TooLargeError{Problem: "the body is larger than 2 GiB"}
	}
	p.nodes = slices.Grow(p.nodes, mostNodes(p.in))
	at, ok := p.value(0)
	if ok {
		at = p.space(at)
		ok = at == len(p.in)
	}
	switch {
	case ok:
		return nil
	case at == len(p.in):
		return &InvalidJSONError{Offset: at, Problem: "it ends too early"}
	default:
		return &InvalidJSONError{Offset: at, Problem: "unexpected byte"}
	}
}
