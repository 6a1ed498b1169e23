package record

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSalvage(t *testing.T) {
	t.Parallel()
	message := func(id string) string {
		return `{"type":"track","userId":"u","messageId":"` + id + `","properties":{"a":[{"b":1}]}}`
	}
	a, b, c := message("a"), message("b"), message("c")
	const end = `],"sentAt":"2026-11-28T02:59:00Z","writeKey":"k"}`
	for _, tt := range []struct {
		name, body, saved string
		malformed         int
	}{
		{"commas", `{"batch":[,` + a + `,,` + b + `,` + end, "a b", 0},
		{"no commas", `{"batch":[` + a + b + "\n" + c + end, "a b c", 0},
		{"NULs", `{"batch":[` + a + ",\x00\x00\x00," + b + end, "a b", 0},
		{"no end", `{"writeKey":"k","sentAt":"2026-11-28T02:59:00Z","batch":[` + a + `,` + b, "a b", 0},
		{"end twice", `{"batch":[` + a + end + end, "a", 0},
		{"no beginning", a + `,` + b + end, "a b", 0},
		{"joined", `{"batch":[` + a + end + `{"batch":[` + b + `],"sentAt":"2020-01-01T00:00:00Z","writeKey":"other"}`, "a b", 0},
		{"joined without the end", `{"batch":[` + a + `,{"batch":[` + b + end, "a b", 0},
		{"cut off in a string", `{"batch":[` + a + `,{"type":"track","messageId":"x","eve` + b + `,` + c + end, "a b c", 1},
		{"cut off in a string, with a line", `{"batch":[` + a + `,{"type":"track","messageId":"x","eve` + "\n," + b + `,` + c + end, "a b c", 1},
		{"cut off behind a key", `{"batch":[{"type":"track","messageId":"x","properties":` + a + `,` + b + end, "a b", 1},
		{"cut off in an array", `{"batch":[{"type":"track","messageId":"x","properties":{"list":[1,` + a + `,` + b + `}` + end, "a b", 1},
		{"cut off in a number", `{"batch":[{"type":"track","messageId":"x","properties":{"n":1.` + a + `,` + b + end, "a b", 1},
		{"cut off in an escape", `{"batch":[{"type":"track","messageId":"x\` + a + `,` + b + end, "a b", 1},
		{"cut off at the end", `{"writeKey":"k","sentAt":"2026-11-28T02:59:00Z","batch":[` + a + `,` + b[:len(b)-1], "a", 1},
		{"cut off twice", `{"batch":[` + a + `,` + b[:20] + `,` + b[:30] + `,` + c + end, "a c", 2},
		{"a hole", `{"batch":[` + a + `,{"type":"page","messageId":"x` + "\x00" + `","context":{"type":"track","list":["y"],"z":{}}},` + b + end, "a b", 1},
		{"a hole in front of an array", `{"batch":[` + a + `,{"type":"page","x` + "\x00" + `":["y"],"z":{}},` + b + end, "a b", 1},
		{"other elements", `{"batch":[` + a + `,7,,` + b + end, "a b", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := Batch([]byte(tt.body), Options{Salvage: true, Received: received})
			require.NoError(t, err)
			checkBooks(t, &r)
			assert.Equal(t, tt.saved, strings.Join(messageIDs(&r), " "))
			assert.Equal(t, tt.malformed, r.Refused[Malformed])
			assert.Equal(t, len(strings.Fields(tt.saved)), r.Salvaged)
			assert.Equal(t, "k", r.WriteKey)
			assert.True(t, r.HasSkew)

			_, err = Batch([]byte(tt.body), Options{})
			var invalid *InvalidJSONError
			require.ErrorAs(t, err, &invalid)
		})
	}
}

// TestSalvageLeftovers tells the parts of a message that was cut off from elements that are no messages.
func TestSalvageLeftovers(t *testing.T) {
	t.Parallel()
	const cutOff, end = `{"type":"track","x` + "\x00", `],"writeKey":"k"}`
	const part, message = `,{"part":1}`, `,{"type":"track","userId":"u"}`
	for body, refused := range map[string]Refused{
		`{"batch":[` + cutOff + part + message + part + end:                            {Malformed: 1, InvalidType: 1},
		`{"batch":[` + cutOff + part + end + part + message:                            {Malformed: 1, InvalidType: 1},
		`{"batch":[` + cutOff + part + `{"batch":[]}` + part + message:                 {Malformed: 1, InvalidType: 1},
		`{"batch":[` + cutOff + part + `],"context":{"a":1}}` + part + message + end:   {Malformed: 1},
		`{"batch":[` + cutOff + `],"a":[{"b":1` + "\x00" + `}]` + part + message + end: {Malformed: 1},
	} {
		r, err := Batch([]byte(body), Options{Salvage: true})
		require.NoError(t, err)
		checkBooks(t, &r)
		assert.Equal(t, refused, r.Refused, "%q", body)
		assert.Equal(t, 1, r.Salvaged, "%q", body)
		assert.Zero(t, r.Logs.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Attributes().Len()-2, "no context")
	}
}

func messageIDs(r *Result) (ids []string) {
	for _, sl := range r.Logs.ResourceLogs().At(0).ScopeLogs().All() {
		for _, lr := range sl.LogRecords().All() {
			id, _ := lr.Attributes().Get("segment.message_id")
			ids = append(ids, id.Str())
		}
	}
	return ids
}

func TestNothingToSalvage(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", "x", `{"batch":[,,,]}`, `{"batch":[,{"type":"purchase"}]}`, `{"batch":[{"type":"track","userId":"u"`, "{\x00\"\x00b\x00", `{"batch":[7,,]}`,
	} {
		_, err := Batch([]byte(body), Options{Salvage: true})
		var invalid *InvalidJSONError
		require.ErrorAs(t, err, &invalid, body)
	}
	_, err := Message([]byte(`{"type":"track"},`), Options{Salvage: true})
	require.Error(t, err, "a single message is not salvaged")
}
