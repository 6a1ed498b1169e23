package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

var messageTypes = []string{"identify", "track", "page", "screen", "group", "alias"}

func printTable(out io.Writer, messages []received) {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "TYPE\tEVENT OR NAME\tUSER\tMESSAGE ID\tVIOLATIONS")
	for _, r := range messages {
		m := r.Message
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n",
			cmp.Or(m.Type, "-"),
			cmp.Or(m.Event, m.Name, m.Traits.Name, "-"),
			cmp.Or(m.UserID, m.AnonymousID, "-"),
			cmp.Or(m.MessageID, "-"),
			cmp.Or(describe(r.Violations), "none"))
	}
	_ = w.Flush() // a terminal that went away is no reason to fail
}

func describe(violations []violation) string {
	texts := make([]string, len(violations))
	for i, v := range violations {
		texts[i] = v.Field + ": " + v.Message
	}
	return strings.Join(texts, "; ")
}

// judge returns nil when each of the six types arrived once, and none with a violation.
func judge(messages []received) error {
	count := map[string]int{}
	var problems []error
	for _, r := range messages {
		count[r.Message.Type]++
		if len(r.Violations) > 0 {
			problems = append(problems, fmt.Errorf("%s: %s", cmp.Or(r.Message.Type, "no type"), describe(r.Violations)))
		}
	}
	for _, t := range messageTypes {
		if count[t] != 1 {
			problems = append(problems, fmt.Errorf("%s: arrived %d times, not once", t, count[t]))
		}
		delete(count, t)
	}
	for _, t := range slices.Sorted(maps.Keys(count)) {
		problems = append(problems, fmt.Errorf("%q: is no type of Segment's", t))
	}
	return errors.Join(problems...)
}

func printWhereToLook(out io.Writer, logPath string) {
	fmt.Fprintf(out, `
Look at the messages    http://%[1]s/ in a browser, or curl -s http://%[1]s/api/messages
OTLP over gRPC          %[2]s   (cd examples/go && go run .)
OTLP over HTTP          http://%[3]s
Log of the collector    %[4]s

Send an event of your own:

  curl -s http://%[3]s/v1/logs -H 'Content-Type: application/json' -d '{"resourceLogs": [{"scopeLogs": [{
    "scope": {"name": "segment"},
    "logRecords": [{"eventName": "Button Clicked", "attributes": [
      {"key": "segment.user_id", "value": {"stringValue": "me"}},
      {"key": "segment.properties.color", "value": {"stringValue": "green"}}]}]}]}]}'

Ctrl-C stops the demo.
`, sandboxAddress, grpcAddress, httpAddress, logPath)
}
