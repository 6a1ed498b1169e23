package sandbox

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// storedMessage is what GET /api/messages says about a message, followed by the message itself.
type storedMessage struct {
	Seq        uint64      `json:"seq"`
	ReceivedAt string      `json:"received_at"`
	Path       string      `json:"path"`
	Channel    string      `json:"channel"`
	WriteKey   string      `json:"write_key"`
	Source     string      `json:"source"`
	Attempt    int         `json:"attempt"`
	Violations []violation `json:"violations"`
}

// messageSummary is what a list of many messages needs to know about each.
type messageSummary struct {
	Seq        uint64 `json:"seq"`
	ReceivedAt string `json:"received_at"`
	Path       string `json:"path"`
	Channel    string `json:"channel"`
	WriteKey   string `json:"write_key"`
	Source     string `json:"source"`
	Attempt    int    `json:"attempt"`
	Type       string `json:"type"`
	Name       string `json:"name"`
	User       string `json:"user"`
	Size       int    `json:"size"`
	Violations int    `json:"violations"`
}

func (a *api) getMessages(w http.ResponseWriter, r *http.Request) {
	query, refused := readMessageQuery(r.URL.Query())
	if refused != nil {
		refused.write(w)
		return
	}
	records, lastSeq := a.store.since(query.since)
	write := writeRecord
	if query.summary {
		write = writeSummary
	}

	setJSONHeaders(w)
	// A write fails only when the client has gone, and then nobody is left to tell.
	out := bufio.NewWriter(w)
	_, _ = out.WriteString(`{"messages":[`)
	for i, rec := range query.filter(records) {
		if i > 0 {
			_ = out.WriteByte(',')
		}
		write(out, &rec)
	}
	_, _ = out.WriteString(`],"last_seq":` + strconv.FormatUint(lastSeq, 10) + "}\n")
	_ = out.Flush()
}

func (a *api) getMessage(w http.ResponseWriter, r *http.Request) {
	seq, err := strconv.ParseUint(r.PathValue("seq"), 10, 64)
	rec, ok := a.store.find(seq) // there is no message 0
	if err != nil || !ok {
		(&refusal{http.StatusNotFound, "unknown_message", "there is no message of this sequence number, or not any more"}).write(w)
		return
	}
	setJSONHeaders(w)
	out := bufio.NewWriter(w)
	writeRecord(out, &rec)
	_ = out.WriteByte('\n')
	_ = out.Flush()
}

func (a *api) deleteMessages(w http.ResponseWriter, _ *http.Request) {
	a.store.reset()
	w.WriteHeader(http.StatusNoContent)
}

// writeRecord puts the raw message in by hand: the JSON encoder would change its white space and escapes.
func writeRecord(out *bufio.Writer, rec *record) {
	head, _ := json.Marshal(storedMessage{
		Seq:        rec.seq,
		ReceivedAt: formatTime(rec.receivedAt),
		Path:       rec.path,
		Channel:    rec.channel,
		WriteKey:   rec.writeKey,
		Source:     rec.source,
		Attempt:    rec.attempt,
		Violations: append([]violation{}, rec.violations...), // never null
	})
	_, _ = out.Write(head[:len(head)-1])
	_, _ = out.WriteString(`,"message":`)
	_, _ = out.Write(rec.whole())
	_ = out.WriteByte('}')
}

func writeSummary(out *bufio.Writer, rec *record) {
	text, _ := json.Marshal(rec.summary())
	_, _ = out.Write(text)
}

func (r *record) summary() messageSummary {
	return messageSummary{
		Seq:        r.seq,
		ReceivedAt: formatTime(r.receivedAt),
		Path:       r.path,
		Channel:    r.channel,
		WriteKey:   r.writeKey,
		Source:     r.source,
		Attempt:    r.attempt,
		Type:       r.typ,
		Name:       r.name,
		User:       r.user,
		Size:       r.size,
		Violations: len(r.violations),
	}
}

func formatTime(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z07:00") }
