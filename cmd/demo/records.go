package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// maxRecordLines is how many kinds are printed at once, because a collector with ordinary logs has many.
const maxRecordLines = 10

// records is the answer of the sandbox's /api/records: the records of which the collector made no message.
type records struct {
	NotSelected []notSelected `json:"not_selected"`
	Dropped     []dropped     `json:"dropped"`
}

type notSelected struct {
	Exporter   string `json:"exporter"`
	Logger     string `json:"logger"`
	Event      string `json:"event"`
	Vocabulary bool   `json:"vocabulary"`
	Records    int    `json:"records"`
}

type dropped struct {
	Exporter  string `json:"exporter"`
	Reason    string `json:"reason"`
	Event     string `json:"event"`
	MessageID string `json:"message_id"`
	Records   int    `json:"records"`
}

// recordReport prints what it has not printed before.
type recordReport struct {
	out   io.Writer
	known map[any]int // the number of records of each kind
}

func (r *recordReport) print(all records) {
	known := r.known
	r.known = map[any]int{}
	var lines []string
	for _, kind := range all.NotSelected {
		if n := r.news(known, notSelected{kind.Exporter, kind.Logger, kind.Event, kind.Vocabulary, 0}, kind.Records); n > 0 {
			lines = append(lines, fmt.Sprintf("The Collector left alone %s (%s).", count(n), kind.words()))
		}
	}
	for _, kind := range all.Dropped {
		if n := r.news(known, dropped{kind.Exporter, kind.Reason, kind.Event, "", 0}, kind.Records); n > 0 {
			lines = append(lines, fmt.Sprintf("The Collector dropped %s (%s).", count(n), kind.words()))
		}
	}
	if more := len(lines) - maxRecordLines; more > 0 {
		lines = append(lines[:maxRecordLines], fmt.Sprintf("... and records of %d more kinds.", more))
	}
	if len(lines) > 0 {
		fmt.Fprintf(r.out, "%s\nWhat to do about it: http://%s/\n", strings.Join(lines, "\n"), sandboxAddress)
	}
}

// news returns how many records of a kind are new. When there are fewer than before, the sandbox was cleared, and all are new.
func (r *recordReport) news(known map[any]int, kind any, records int) int {
	r.known[kind] = records
	if before := known[kind]; before <= records {
		return records - before
	}
	return records
}

// watch prints what is new until the context ends. It passes over errors, because the collector may end before.
func (r *recordReport) watch(ctx context.Context, url string, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if all, err := fetch[records](ctx, url); err == nil {
			r.print(all)
		}
	}
}

func (k *notSelected) words() string {
	words := "no logger name"
	if k.Logger != "" {
		words = fmt.Sprintf("logger %q", k.Logger)
	}
	if k.Event != "" {
		words += fmt.Sprintf(", event %q", k.Event)
	}
	if k.Vocabulary {
		return words + ", segment.* attributes, but neither segment.event nor segment.type"
	}
	return words + ", no segment.* attribute"
}

func (k *dropped) words() string {
	words := k.Reason
	if k.Event != "" {
		words += fmt.Sprintf(", %q", k.Event)
	}
	if k.MessageID != "" {
		words += ", message id " + k.MessageID
	}
	return words
}

func count(n int) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}
