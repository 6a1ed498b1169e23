package main

import (
	"encoding/json"
	"strings"
	"testing"
)

const sixMessages = `[
	{"violations": [], "message": {"type": "page", "name": "Product", "anonymousId": "visitor-1", "messageId": "otel-1"}},
	{"violations": [], "message": {"type": "alias", "userId": "u-1", "previousId": "visitor-1", "messageId": "otel-2"}},
	{"violations": [], "message": {"type": "identify", "userId": "u-1", "messageId": "otel-3", "traits": {"name": "Ada"}}},
	{"violations": [], "message": {"type": "group", "userId": "u-1", "groupId": "g-1", "messageId": "otel-4", "traits": {}}},
	{"violations": [], "message": {"type": "screen", "name": "Checkout", "userId": "u-1", "messageId": "otel-5"}},
	{"violations": [], "message": {"type": "track", "event": "Order Completed", "userId": "u-1", "messageId": "otel-6"}}
]`

func decode(t *testing.T, list string) []received {
	t.Helper()
	var messages []received
	if err := json.Unmarshal([]byte(list), &messages); err != nil {
		t.Fatal(err)
	}
	return messages
}

func TestPrintTable(t *testing.T) {
	messages := decode(t, sixMessages)
	messages[5].Violations = []violation{{"timestamp", "is missing"}, {"event", "is too long"}}

	var out strings.Builder
	printTable(&out, messages)

	want := `
TYPE       EVENT OR NAME     USER        MESSAGE ID   VIOLATIONS
page       Product           visitor-1   otel-1       none
alias      -                 u-1         otel-2       none
identify   Ada               u-1         otel-3       none
group      -                 u-1         otel-4       none
screen     Checkout          u-1         otel-5       none
track      Order Completed   u-1         otel-6       timestamp: is missing; event: is too long
`
	if got := "\n" + out.String(); got != want {
		t.Errorf("got:%s\nwant:%s", got, want)
	}
}

func TestJudge(t *testing.T) {
	tests := []struct {
		name   string
		change func([]received) []received
		want   string
	}{
		{
			name:   "all six",
			change: func(m []received) []received { return m },
		},
		{
			name:   "nothing arrived",
			change: func([]received) []received { return nil },
			want:   "identify: arrived 0 times, not once",
		},
		{
			name:   "one is missing",
			change: func(m []received) []received { return m[1:] },
			want:   "page: arrived 0 times, not once",
		},
		{
			name:   "one came twice",
			change: func(m []received) []received { return append(m, m[0]) },
			want:   "page: arrived 2 times, not once",
		},
		{
			name: "a stranger",
			change: func(m []received) []received {
				return append(m, decode(t, `[{"message": {"type": "import"}}]`)...)
			},
			want: `"import": is no type of Segment's`,
		},
		{
			name: "a violation",
			change: func(m []received) []received {
				m[5].Violations = []violation{{"event", "is missing"}}
				return m
			},
			want: "track: event: is missing",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := judge(test.change(decode(t, sixMessages)))
			if test.want == "" && err != nil {
				t.Errorf("unexpected verdict: %v", err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
