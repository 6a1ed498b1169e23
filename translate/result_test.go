package translate

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// TestOutcomes has a record for every outcome.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	for expected, c := range map[Outcome]struct {
		attributes map[string]any
		change     func(plog.Logs)
	}{
		Message:           {map[string]any{"plan": "pro"}, nil},
		NotSelected:       {map[string]any{}, func(ld plog.Logs) { ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().SetName("http") }},
		InvalidType:       {map[string]any{"segment.type": "purchase"}, nil},
		UnknownSource:     {map[string]any{"segment.source": "web"}, nil},
		MissingEventName:  {map[string]any{}, func(ld plog.Logs) { recordOf(ld).SetEventName(" ") }},
		MissingGroupID:    {map[string]any{"segment.type": "group"}, nil},
		MissingPreviousID: {map[string]any{"segment.type": "alias"}, nil},
		MissingUserID:     {map[string]any{"segment.type": "alias", "segment.previous_id": "p", "user.id": " "}, nil},
		MissingIdentity:   {map[string]any{"user.id": "null"}, nil},
		TooLarge:          {map[string]any{"text": strings.Repeat("x", MaxMessageBytes)}, nil},
	} {
		t.Run(expected.String(), func(t *testing.T) {
			t.Parallel()
			ld := event(t, c.attributes)
			if c.change != nil {
				c.change(ld)
			}
			got := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).results[0]
			assert.Equal(t, expected, got.Outcome)
			if expected > NotSelected {
				assert.Regexp(t, `^otel-[0-9a-f]{32}$`, got.MessageID, "a dropped record can be found")
			}
		})
	}
}

// TestTooLarge is exact: a message of the limit is sent, one of a byte more is not.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	tr := New(NewDefaultConfig(), Source{WriteKey: "k"})
	overhead := len(translateAll(t, tr, event(t, map[string]any{"text": ""})).messages[0])
	for text, expected := range map[string]Outcome{
		strings.Repeat("x", MaxMessageBytes-overhead):   Message,
		strings.Repeat("x", MaxMessageBytes-overhead+1): TooLarge,
	} {
		assert.Equal(t, expected, translateAll(t, tr, event(t, map[string]any{"text": text})).results[0].Outcome)
	}
}

// TestManyAttributes drops a record of 10,000 attributes for its size, and sends one with 10,000 values in 10 lists.
func TestManyAttributes(t *testing.T) {
	t.Parallel()
	tr := New(NewDefaultConfig(), Source{WriteKey: "k"})
	flat, lists := map[string]any{}, map[string]any{}
	for i := range 10_000 {
		flat[fmt.Sprintf("a%d", i)] = i
		key := fmt.Sprintf("list%d", i%10)
		list, _ := lists[key].([]any)
		lists[key] = append(list, i%10)
	}
	ld := event(t, flat)
	recordOf(event(t, lists)).CopyTo(ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty())
	got := translateAll(t, tr, ld)
	assert.Equal(t, TooLarge, got.results[0].Outcome)
	require.Len(t, got.messages, 1)
	var message struct{ Properties map[string][]int }
	require.NoError(t, json.Unmarshal(got.messages[0], &message))
	assert.Len(t, message.Properties["list9"], 1_000)
}

// TestHugeRecordsLeaveNoMemoryBehind looks at the encoder that comes after a huge record.
func TestHugeRecordsLeaveNoMemoryBehind(t *testing.T) {
	t.Parallel()
	tr := New(NewDefaultConfig(), Source{WriteKey: "k"})
	translateAll(t, tr, event(t, map[string]any{"text": strings.Repeat("x", 2*keptBytes)}))
	enc := tr.Encoder()
	defer enc.Release()
	assert.Less(t, cap(enc.hashed), keptBytes)
}

func TestDroppedRecordsKeepTheirID(t *testing.T) {
	t.Parallel()
	ld := event(t, map[string]any{"segment.type": "group", "segment.message_id": "mine"})
	got := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).results[0]
	assert.Equal(t, "mine", got.MessageID)
	assert.Equal(t, "Tested", got.Event)
}

// TestWarnings has a record for every problem; the message is sent all the same.
func TestWarnings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attributes map[string]any
		expected   map[Warning]uint32
	}{
		"none":                  {map[string]any{"plan": "pro"}, nil},
		"JSON cut off":          {map[string]any{"segment.properties": `{"a":1`}, map[Warning]uint32{InvalidJSON: 1}},
		"JSON of another kind":  {map[string]any{"segment.context": `[]`}, map[Warning]uint32{InvalidJSON: 1}},
		"only the JSON counts":  {map[string]any{"segment.properties": `{"a":1e999,`}, map[Warning]uint32{InvalidJSON: 1}},
		"object of wrong kind":  {map[string]any{"segment.integrations": 5}, map[Warning]uint32{InvalidJSON: 1}},
		"timestamp":             {map[string]any{"segment.timestamp": "yesterday"}, map[Warning]uint32{InvalidTimestamp: 1}},
		"UTF-8 in a value":      {map[string]any{"plan": "\xffa\xfe"}, map[Warning]uint32{InvalidUTF8: 1}},
		"UTF-8 in a key":        {map[string]any{"pl\xffan": "a"}, map[Warning]uint32{InvalidUTF8: 1}},
		"UTF-8 in an id":        {map[string]any{"segment.user_id": "\xff"}, map[Warning]uint32{InvalidUTF8: 1}},
		"UTF-8 in a message id": {map[string]any{"segment.message_id": "\xff"}, map[Warning]uint32{InvalidUTF8: 1}},
		"UTF-8 in an event":     {map[string]any{"segment.event": "a\xff"}, map[Warning]uint32{InvalidUTF8: 1}},
		"UTF-8 in JSON":         {map[string]any{"segment.properties": "{\"a\":\"\xff\"}"}, map[Warning]uint32{InvalidUTF8: 1}},
		"UTF-8 in a URL": {
			map[string]any{"segment.type": "page", "url.full": "https://x.example/\xff?utm_source=\xff"},
			map[Warning]uint32{InvalidUTF8: 1},
		},
		"UTF-8 in a row that is merged": {
			map[string]any{"user_agent.original": "\xff", "session.id": "s", "session.previous_id": "p"},
			map[Warning]uint32{InvalidUTF8: 1},
		},
		"non finite": {map[string]any{
			"a": math.NaN(), "b": []any{math.Inf(1)}, "segment.properties": map[string]any{"c": math.Inf(-1)},
		}, map[Warning]uint32{NonFinite: 3}},
		"non finite in JSON": {map[string]any{"segment.properties": `{"a":-1e999}`}, map[Warning]uint32{NonFinite: 1}},
		"unknown attribute":  {map[string]any{"segment.userid": "a", "segment.": 1, "segment.foo.bar": 2}, map[Warning]uint32{UnknownAttribute: 3}},
		"reserved members":   {map[string]any{"segment.extra": map[string]any{"type": "x", "version": 2, "a": 3}}, map[Warning]uint32{UnknownAttribute: 2}},
		"problems of a reserved member": {map[string]any{"segment.extra": map[string]any{"context": map[string]any{"a": math.NaN()}}}, map[Warning]uint32{
			UnknownAttribute: 1, NonFinite: 1,
		}},
		"of another type of message": {map[string]any{
			"segment.traits.a": 1, "segment.name": "n", "segment.previous_id": "p",
		}, map[Warning]uint32{UnknownAttribute: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var expected Warnings
			for w, n := range c.expected {
				expected[w] = n
			}
			got := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), event(t, c.attributes))
			require.Len(t, got.messages, 1)
			assert.Equal(t, expected, got.results[0].Warnings)
			assert.True(t, json.Valid(got.messages[0]))
		})
	}
}

func TestWarningOfDroppedAttributes(t *testing.T) {
	t.Parallel()
	ld := event(t, nil)
	recordOf(ld).SetDroppedAttributesCount(7)
	assert.Equal(t, Warnings{DroppedAttributes: 1}, translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).results[0].Warnings)
}

// TestWarningsOfOrigins counts the problems of a resource and a scope once, with the first of their records that is an event.
func TestWarningsOfOrigins(t *testing.T) {
	t.Parallel()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("segment.context", "not json")
	rl.Resource().Attributes().PutStr("segment.type", "track")
	for _, name := range []string{"ordinary", "segment", "segment.b"} {
		sl := rl.ScopeLogs().AppendEmpty()
		sl.Scope().SetName(name)
		sl.Scope().Attributes().PutStr("segment.foo", "x")
		for range 2 {
			lr := sl.LogRecords().AppendEmpty()
			lr.SetEventName("Tested")
			lr.Attributes().PutStr("user.id", "u")
		}
	}
	var got []Warnings
	for _, result := range translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).results {
		got = append(got, result.Warnings)
	}
	assert.Equal(t, []Warnings{
		{},
		{},
		{InvalidJSON: 1, UnknownAttribute: 2},
		{},
		{UnknownAttribute: 1},
		{},
	}, got)
}

// TestWarningsOfASharedContext counts a problem deep in the context of a scope once, though each record merges something into it.
func TestWarningsOfASharedContext(t *testing.T) {
	t.Parallel()
	ld := event(t, map[string]any{"segment.type": "page"})
	sl := ld.ResourceLogs().At(0).ScopeLogs().At(0)
	sl.Scope().Attributes().PutEmptyMap("segment.context").PutEmptySlice("k").AppendEmpty().SetStr("\xff")
	recordOf(ld).CopyTo(sl.LogRecords().AppendEmpty())
	got := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld)
	assert.Equal(t, Warnings{InvalidUTF8: 1}, got.results[0].Warnings)
	assert.Equal(t, Warnings{}, got.results[1].Warnings)
}

// TestInvalidUTF8 puts U+FFFD in the place of each byte.
func TestInvalidUTF8(t *testing.T) {
	t.Parallel()
	ld := event(t, map[string]any{"k\xff\xfe": "a\xe2\x82b\xf0", "segment.message_id": "m"})
	assert.Contains(t, string(translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).messages[0]),
		"\"properties\":{\"k\ufffd\ufffd\":\"a\ufffd\ufffdb\ufffd\"}")
}

func TestTimesBeyond2262(t *testing.T) {
	t.Parallel()
	ld := event(t, map[string]any{"segment.message_id": "m"})
	recordOf(ld).SetTimestamp(math.MaxUint64)
	assert.Contains(t, string(translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).messages[0]), `"timestamp":"2554-07-21T23:34:33.709Z"`)
}

func TestURLWithoutCredentials(t *testing.T) {
	t.Parallel()
	ld := event(t, map[string]any{"segment.type": "page", "url.full": "https://user:secret@x.example:443/a@b?c=@"})
	message := string(translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).messages[0])
	assert.NotContains(t, message, "secret")
	assert.Contains(t, message, `"page":{"path":"/a@b","search":"?c=@","url":"https://x.example/a@b?c=@"}`)
}
