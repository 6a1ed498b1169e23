package record

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// TestMembers has a row for every place that a member of a message can have.
func TestMembers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, message, expected string
		warnings                Warnings
	}{
		{"type", `{"type":" Identify\n"}`, `type: "identify"`, Warnings{}},
		{"event", `{"type":"track","event":"A"}`, `event "A", type: "track"`, Warnings{}},
		{"event of another kind", `{"type":"track","event":7}`, `type: "track"`, Warnings{WrongKind: 1}},
		{"no event", `{"type":"track","event":null}`, `type: "track"`, Warnings{}},
		{"event of a page", `{"type":"page","event":"A"}`, `type: "page", extra: {"event": "A"}`, Warnings{}},
		{"ids", `{"type":"track","userId":"u","anonymousId":"a"}`, `type: "track", user_id: "u", anonymous_id: "a"`, Warnings{}},
		{"numbers as ids", `{"type":"track","userId":77,"anonymousId":1e2}`, `type: "track", user_id: "77", anonymous_id: "1e2"`, Warnings{}},
		{"no ids", `{"type":"track","userId":"","anonymousId":null}`, `type: "track"`, Warnings{}},
		{"ids of another kind", `{"type":"track","userId":{"id":1},"anonymousId":true}`, `type: "track"`, Warnings{WrongKind: 2}},
		{"group", `{"type":"group","groupId":"g","previousId":"p"}`, `type: "group", group_id: "g", extra: {"previousId": "p"}`, Warnings{}},
		{"alias", `{"type":"alias","groupId":"g","previousId":7}`, `type: "alias", previous_id: "7", extra: {"groupId": "g"}`, Warnings{}},
		{"page", `{"type":"page","name":"n","category":"c"}`, `type: "page", name: "n", category: "c"`, Warnings{}},
		{"no name", `{"type":"screen","name":"","category":null}`, `type: "screen"`, Warnings{}},
		{"name of another kind", `{"type":"screen","name":7}`, `type: "screen"`, Warnings{WrongKind: 1}},
		{"name of a track", `{"type":"track","name":"n"}`, `type: "track", extra: {"name": "n"}`, Warnings{}},
		{"properties", `{"type":"track","properties":{"a":1}}`, `type: "track", properties: {"a": 1}`, Warnings{}},
		{"empty array for an object", `{"type":"page","properties":[ ]}`, `type: "page", properties: {}`, Warnings{}},
		{"no properties", `{"type":"page","properties":null}`, `type: "page"`, Warnings{}},
		{"properties of another kind", `{"type":"page","properties":[{}],"context":"c"}`, `type: "page"`, Warnings{WrongKind: 2}},
		{"traits", `{"type":"identify","traits":{"a":1}}`, `type: "identify", traits: {"a": 1}`, Warnings{}},
		{"traits of a track", `{"type":"track","traits":{"a":1}}`, `type: "track", extra: {"traits": {"a": 1}}`, Warnings{}},
		{"properties of an alias", `{"type":"alias","properties":{}}`, `type: "alias", extra: {"properties": {}}`, Warnings{}},
		{"context", `{"type":"alias","context":{"a":1,"direct":false}}`, `type: "alias", context: {"a": 1}`, Warnings{}},
		{"integrations", `{"type":"alias","integrations":{"All":true}}`, `type: "alias", integrations: {"All": true}`, Warnings{}},
		{
			"extra members", `{"type":"alias","_metadata":{"a":[]},"channel":"c","x.y":null,"":1}`,
			`type: "alias", extra: {"_metadata": {"a": []}, "channel": "c", "x.y": null, "": 1}`,
			Warnings{},
		},
		{
			"members without a place",
			`{"type":"alias","sentAt":"x","writeKey":"k","receivedAt":1,"originalTimestamp":1,"projectId":1}`,
			`type: "alias"`,
			Warnings{InvalidTimestamp: 1},
		},
		{"keys as escapes", `{"\u0074ype":"alias","user\u0049d":"u"}`, `type: "alias", user_id: "u"`, Warnings{}},
		{
			"members twice", `{"type":"track","event":"A","x":1,"event":"B","type":"alias","x":2,"userId":"u","userId":null}`,
			`type: "alias", extra: {"event": "B", "x": 2}`,
			Warnings{DuplicateKey: 4},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			message := strings.Replace(tt.message, "{", `{"messageId":"m",`, 1)
			r, err := Batch([]byte(`{"batch":[`+message+`]}`), Options{Received: received})
			require.NoError(t, err)
			checkBooks(t, &r)
			lr := onlyRecord(t, &r)
			assert.Equal(t, tt.expected, strings.Replace(formatRecord(lr), `, message_id: "m"`, "", 1))
			assert.Equal(t, tt.warnings, r.Warnings)
			assert.Equal(t, received, lr.Timestamp().AsTime())
		})
	}
}

// TestBatchMembers reads members of a batch that are written in unusual ways.
func TestBatchMembers(t *testing.T) {
	t.Parallel()
	r, err := Batch([]byte(`{"writeKey":"j","integrations":{"a":1,"b":2,"a":3},"\u0062atch":[{"type":"alias","messageId":"m","integrations":[]},`+
		`{"type":"alias","messageId":"m","integrations":{"b":4}},{"type":"alias","messageId":"m","integrations":7}],"writeKey":"k","context":[]}`),
		Options{})
	require.NoError(t, err)
	assert.Equal(t, "k", r.WriteKey)
	assert.Equal(t, Warnings{DuplicateKey: 2, WrongKind: 1}, r.Warnings)
	var integrations []string
	for _, lr := range r.Logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		v, _ := lr.Attributes().Get("segment.integrations")
		integrations = append(integrations, formatValue(v))
	}
	assert.Equal(t, []string{`{"b": 2, "a": 3}`, `{"b": 4, "a": 3}`, `{"b": 2, "a": 3}`}, integrations)
}

func onlyRecord(t *testing.T, r *Result) plog.LogRecord {
	t.Helper()
	require.Equal(t, 1, r.Logs.LogRecordCount())
	return r.Logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
}

// formatRecord writes a record in a line, its attributes without their prefix.
func formatRecord(lr plog.LogRecord) string {
	var parts []string
	if lr.EventName() != "" {
		parts = append(parts, fmt.Sprintf("event %q", lr.EventName()))
	}
	for key, v := range lr.Attributes().All() {
		parts = append(parts, strings.TrimPrefix(key, "segment.")+": "+formatValue(v))
	}
	return strings.Join(parts, ", ")
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		json, expected string
		warnings       Warnings
	}{
		{`null`, `null`, Warnings{}},
		{`true`, `true`, Warnings{}},
		{` false `, `false`, Warnings{}},
		{`0`, `0`, Warnings{}},
		{`-0`, `0`, Warnings{}},
		{`9223372036854775807`, `9223372036854775807`, Warnings{}},
		{`-9223372036854775808`, `-9223372036854775808`, Warnings{}},
		{`9223372036854775808`, `double 9.223372036854775808e+18`, Warnings{}},
		{`9223372036854776000`, `double 9.223372036854775808e+18`, Warnings{}},
		{`9223372036854775809`, `"9223372036854775809"`, Warnings{BigNumber: 1}},
		{`100000000000000000000`, `double 1e+20`, Warnings{}},
		{`100000000000000000001`, `"100000000000000000001"`, Warnings{BigNumber: 1}},
		{`14.990000000000000000001`, `double 14.99`, Warnings{}},
		{`2.0`, `double 2`, Warnings{}},
		{`1E3`, `double 1000`, Warnings{}},
		{`1e400`, `"1e400"`, Warnings{BigNumber: 1}},
		{`-1e-400`, `double -0`, Warnings{}},
		{`NaN`, `null`, Warnings{NonFinite: 1}},
		{`[Infinity,-Infinity]`, `[null, null]`, Warnings{NonFinite: 2}},
		{`"NaN"`, `"NaN"`, Warnings{}},
		{`""`, `""`, Warnings{}},
		{`"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000"`, `"\"\\/\b\f\n\r\té😀\x00"`, Warnings{}},
		{`"\ud83d"`, `"�"`, Warnings{InvalidUTF8: 1}},
		{`"\ud83dx\ude00\ud83d\u0041"`, `"�x��A"`, Warnings{InvalidUTF8: 1}},
		{"\"a\xffé\xe2\x82\"", `"a�é��"`, Warnings{InvalidUTF8: 1}},
		{"{\"\xff\":1,\"\xfe\":2}", `{"�": 2}`, Warnings{InvalidUTF8: 1, DuplicateKey: 1}},
		{`[]`, `[]`, Warnings{}},
		{`{"a":{},"b":[[],{"c":1}],"a.b":1,"":2," ":3}`, `{"a": {}, "b": [[], {"c": 1}], "a.b": 1, "": 2, " ": 3}`, Warnings{}},
		{`{"a":1,"b":2,"\u0061":3}`, `{"b": 2, "a": 3}`, Warnings{DuplicateKey: 1}},
	} {
		t.Run(tt.json, func(t *testing.T) {
			t.Parallel()
			r, err := Message([]byte("\ufeff{\"type\":\"track\",\r\n\"properties\":{\"v\":"+tt.json+"}}\n"), Options{})
			require.NoError(t, err)
			properties, ok := onlyRecord(t, &r).Attributes().Get("segment.properties")
			require.True(t, ok)
			assert.Equal(t, `{"v": `+tt.expected+`}`, strings.Replace(formatValue(properties), "9.223372036854776e+18", "9.223372036854775808e+18", 1))
			assert.Equal(t, tt.warnings, r.Warnings)
		})
	}
}

func TestInvalidJSON(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "tru", "True", "nan", "-NaN", "Inf", "-I", `"`, `"a`, `"\x"`, `"\`, `"\u12"`,
		`"\u12g4"`, "\"\n\"", "\"\x00\"", "'a'", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "}", `{"a"`, `{"a":`, `{"a":1`,
		`{"a":1,}`, `{,}`, `{a:1}`, `{"a" 1}`, `{"a":1]`, `[1}`, `{1:2}`, "1 2", "{}{}", "\x00", "/**/1", "\xff", "u\x00n\x00",
	} {
		for _, body := range []string{value, `{"type":"track","properties":` + value + `}`} {
			_, err := Message([]byte(body), Options{Type: "track"})
			var invalid *InvalidJSONError
			require.ErrorAs(t, err, &invalid, body)
			assert.LessOrEqual(t, invalid.Offset, len(body), body)
			assert.Contains(t, err.Error(), "invalid JSON at byte ")
		}
	}
	for _, body := range []string{`{}`, `[]`, `7`, `{"batch":null}`, `{"batch":{}}`, `{"Batch":[]}`, `[{"type":"track"}]`} {
		_, err := Batch([]byte(body), Options{Salvage: true})
		var invalid *InvalidJSONError
		require.ErrorAs(t, err, &invalid, body)
	}
}

func TestMessageIDs(t *testing.T) {
	t.Parallel()
	const n = 100
	message := `{"type":"track","messageId":" "}`
	r, err := Batch([]byte(`{"batch":[`+strings.Repeat(message+",", n-1)+message+`]}`), Options{})
	require.NoError(t, err)
	ids := map[string]bool{}
	for _, lr := range r.Logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		id, _ := lr.Attributes().Get("segment.message_id")
		assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, id.Str())
		ids[id.Str()] = true
	}
	assert.Len(t, ids, n)
}
