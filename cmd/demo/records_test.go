package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestRecordReport(t *testing.T) {
	var out strings.Builder
	report := recordReport{out: &out}
	shop := notSelected{Exporter: "segment", Logger: "shop.checkout", Records: 1}
	order := dropped{Exporter: "segment", Reason: "missing_identity", Event: "Order Completed", MessageID: "otel-1", Records: 1}
	const hint = "What to do about it: http://localhost:9100/\n"
	more := func(k notSelected, n int) notSelected { k.Records = n; return k }
	moreDropped := func(k dropped, id string, n int) dropped { k.MessageID, k.Records = id, n; return k }
	for _, step := range []struct {
		name string
		all  records
		want string
	}{
		{"nothing", records{}, ""},
		{
			"one of each",
			records{[]notSelected{shop}, []dropped{order}},
			`The Collector left alone 1 record (logger "shop.checkout", no segment.* attribute).` + "\n" +
				`The Collector dropped 1 record (missing_identity, "Order Completed", message id otel-1).` + "\n" + hint,
		},
		{"nothing new", records{[]notSelected{shop}, []dropped{order}}, ""},
		{
			"more of the same",
			records{[]notSelected{more(shop, 4)}, []dropped{moreDropped(order, "otel-2", 2)}},
			`The Collector left alone 3 records (logger "shop.checkout", no segment.* attribute).` + "\n" +
				`The Collector dropped 1 record (missing_identity, "Order Completed", message id otel-2).` + "\n" + hint,
		},
		{
			"cleared, and then another",
			records{NotSelected: []notSelected{more(shop, 2)}},
			`The Collector left alone 2 records (logger "shop.checkout", no segment.* attribute).` + "\n" + hint,
		},
		{
			"other words",
			records{
				[]notSelected{more(shop, 2), {Event: "Paid", Vocabulary: true, Records: 1}}, []dropped{{Reason: "undelivered", Records: 7}},
			},
			`The Collector left alone 1 record (no logger name, event "Paid", segment.* attributes, but neither segment.event nor segment.type).` + "\n" +
				"The Collector dropped 7 records (undelivered).\n" + hint,
		},
	} {
		out.Reset()
		report.print(step.all)
		if got := out.String(); got != step.want {
			t.Errorf("%s: got\n%swant\n%s", step.name, got, step.want)
		}
	}
}

// TestWatch has a sandbox that is asked three times, and fails once in between.
func TestWatch(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := asked.Add(1)
		if n == 2 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = fmt.Fprintf(w, `{"not_selected": [{"logger": "shop", "records": %d}], "dropped": []}`, n)
	}))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	lines, out := io.Pipe()
	report := recordReport{out: out}
	done := make(chan struct{})
	go func() {
		defer close(done)
		report.watch(ctx, server.URL, time.Millisecond)
	}()
	scanner := bufio.NewScanner(lines)
	for _, want := range []string{"left alone 1 record ", "What to do", "left alone 2 records ", "What to do"} {
		if !scanner.Scan() || !strings.Contains(scanner.Text(), want) {
			t.Errorf("got %q, want %q", scanner.Text(), want)
		}
	}
	cancel()
	_ = lines.Close()
	<-done
}

func TestRecordReportIsShort(t *testing.T) {
	var out strings.Builder
	report := recordReport{out: &out}
	var all records
	for i := range 100 {
		all.NotSelected = append(all.NotSelected, notSelected{Logger: strings.Repeat("x", i), Records: 1})
	}
	report.print(all)
	if lines := strings.Count(out.String(), "\n"); lines != maxRecordLines+2 || !strings.Contains(out.String(), "90 more kinds") {
		t.Errorf("%d lines:\n%s", lines, out.String())
	}
}
