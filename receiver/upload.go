package receiver

import (
	"fmt"
	"net/http"

	"github.com/otel-segment/segmentexporter/internal/record"
	"github.com/otel-segment/segmentexporter/translate"
)

// takeBody takes a batch, or a message.
func (a *api) takeBody(w http.ResponseWriter, r *http.Request, at *arrival) *answer {
	body, no := a.readBody(w, r)
	if no != nil {
		return no
	}
	defer giveBack(body)
	key := basicUser(r)
	if key != "" {
		// The key in the header wins, so one that is unknown is refused whatever the body has.
		if _, no := a.sources.find(key); no != nil {
			return no
		}
	}
	result, no := a.readMessages(body.Bytes(), r, at)
	if no != nil {
		return no
	}
	key = firstOf(key, result.WriteKey, r.URL.Query().Get("writeKey"))
	source, no := a.sources.find(key)
	if no != nil {
		return no
	}
	return a.consume(r.Context(), &result, source, key)
}

func (a *api) readMessages(body []byte, r *http.Request, at *arrival) (record.Result, *answer) {
	read := record.Batch
	if at.route.kind == messagePath {
		read = record.Message
		// Segment answers so too. Those in a batch are left to the exporter, which counts them.
		if len(body) > translate.MaxMessageBytes {
			return record.Result{}, &answer{
				status: http.StatusBadRequest, code: "message_too_large",
				message: fmt.Sprintf("the message has %d bytes, Segment takes %d at most", len(body), translate.MaxMessageBytes),
			}
		}
	}
	result, err := read(body, a.optionsOf(r, at))
	if err != nil {
		return record.Result{}, unusable(err)
	}
	return result, nil
}

// optionsOf is what is known of the messages of a request before they are read.
func (a *api) optionsOf(r *http.Request, at *arrival) record.Options {
	o := a.options
	o.Received, o.Channel, o.Type = at.received, at.route.channel, at.route.typ
	o.Address = a.addresses.of(r)
	return o
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
