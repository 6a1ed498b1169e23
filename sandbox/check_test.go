package sandbox

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parseBody(t *testing.T, path, body string) *upload {
	u := newUpload(path)
	_, err := u.parse([]byte(body))
	require.NoError(t, err)
	return u
}

func TestCleanMessages(t *testing.T) {
	t.Parallel()
	for typ, fields := range map[string]string{
		"identify": `"userId":"u","anonymousId":null,"traits":{"email":"a@b.c"}`,
		"track":    `"anonymousId":"a","userId":null,"event":"Bought","properties":{"a":{"a":[{"a":1},{"a":2}]}}`,
		"page":     `"userId":"u","name":"Home","category":"Main","properties":{}`,
		"screen":   `"userId":"u","integrations":{"All":true}`,
		"group":    `"anonymousId":"a","groupId":"g","traits":{}`,
		"alias":    `"userId":"u","previousId":"p","context":{"library":{"name":"x"}}`,
	} {
		message := `{"messageId":"` + strings.Repeat("é", 99) + `","timestamp":"2026-11-23T16:00:00.123Z",` + fields
		single := parseBody(t, "/v1/"+typ, message+`,"writeKey":"k",`+sentAt+`}`)
		batch := parseBody(t, "/v1/batch", batch(message+`,"type":"`+typ+`"}`))
		for _, u := range []*upload{single, batch} {
			require.Len(t, u.messages, 1)
			assert.Equal(t, typ, u.messages[0].typ)
			assert.Empty(t, u.messages[0].violations, typ)
			assert.Empty(t, u.violations)
		}
	}
}

func TestMessageViolations(t *testing.T) {
	t.Parallel()
	const id, ids = `"messageId":"1"`, `"messageId":"1","userId":"u"`
	for _, tt := range []struct {
		message string
		want    []violation
	}{
		{`{"type":"track","userId":"u","event":"e"}`, []violation{{"messageId", "is missing"}}},
		{`{"type":"track","messageId":null,"userId":"u","event":"e"}`, []violation{{"messageId", "is missing"}}},
		{`{"type":"track","messageId":"","userId":"u","event":"e"}`, []violation{{"messageId", "is empty"}}},
		{`{"type":"track","messageId":7,"userId":"u","event":"e"}`, []violation{{"messageId", "is not a string"}}},
		{`{"type":"track","messageId":"` + strings.Repeat("x", 100) + `","userId":"u","event":"e"}`, []violation{{"messageId", "has 100 characters or more"}}},

		{`{` + ids + `}`, []violation{{"type", "is missing"}}},
		{`{` + ids + `,"type":""}`, []violation{{"type", "is empty"}}},
		{`{` + ids + `,"type":["track"]}`, []violation{{"type", "is not a string"}}},
		{`{` + ids + `,"type":"Track"}`, []violation{{"type", "is not one of identify, track, page, screen, group, alias"}}},

		{`{` + ids + `,"type":"track"}`, []violation{{"event", "a track needs an event name"}}},
		{`{` + ids + `,"type":"track","event":""}`, []violation{{"event", "is empty"}}},
		{`{` + ids + `,"type":"track","event":{}}`, []violation{{"event", "is not a string"}}},
		{`{` + ids + `,"type":"group"}`, []violation{{"groupId", "a group needs a groupId"}}},
		{`{` + ids + `,"type":"alias"}`, []violation{{"previousId", "an alias needs a previousId"}}},
		{`{` + id + `,"type":"alias","previousId":"p"}`, []violation{{"userId", "an alias needs a userId"}}},
		{`{` + id + `,"type":"page"}`, []violation{{"userId", "there is neither a userId nor an anonymousId"}}},
		{`{` + id + `,"type":"page","userId":""}`, []violation{{"userId", "is empty"}}},
		{`{` + id + `,"type":"page","userId":7}`, []violation{{"userId", "is not a string"}}},
		{`{` + ids + `,"type":"page","anonymousId":true}`, []violation{{"anonymousId", "is not a string"}}},
		{`{` + ids + `,"type":"group","groupId":7}`, []violation{{"groupId", "is not a string"}}},
		{`{` + ids + `,"type":"alias","previousId":7}`, []violation{{"previousId", "is not a string"}}},

		{`{` + ids + `,"type":"page","properties":[]}`, []violation{{"properties", "is not an object"}}},
		{`{` + ids + `,"type":"identify","traits":"x"}`, []violation{{"traits", "is not an object"}}},
		{`{` + ids + `,"type":"page","context":null}`, []violation{{"context", "is not an object"}}},
		{`{` + ids + `,"type":"page","integrations":7}`, []violation{{"integrations", "is not an object"}}},
		{`{` + ids + `,"type":"page","timestamp":1764000000}`, []violation{{"timestamp", "is not an ISO 8601 date-time"}}},
		{`{` + ids + `,"type":"page","timestamp":"yesterday"}`, []violation{{"timestamp", "is not an ISO 8601 date-time"}}},
		{`{` + ids + `,"type":"page","name":""}`, []violation{{"name", "is empty"}}},
		{`{` + ids + `,"type":"screen","category":""}`, []violation{{"category", "is empty"}}},

		{`{` + ids + `,"type":"page","receivedAt":"2026-11-23T16:00:00Z"}`, []violation{{"receivedAt", "is set by Segment and must not be sent"}}},
		{`{` + ids + `,"type":"page","originalTimestamp":"2026-11-23T16:00:00Z"}`, []violation{{"originalTimestamp", "is set by Segment and must not be sent"}}},
		{`{` + ids + `,"type":"page","version":2}`, []violation{{"version", "is set by Segment and must not be sent"}}},
		{`{` + ids + `,"type":"page","channel":"server"}`, []violation{{"channel", "is set by Segment and must not be sent"}}},
		{`{` + ids + `,"type":"page","projectId":"p"}`, []violation{{"projectId", "is set by Segment and must not be sent"}}},

		{`{` + ids + `,"type":"page","userId":"u"}`, []violation{{"userId", "is there twice in the same object"}}},
		{`{` + ids + `,"type":"page","properties":{"a":[0,{"b":1,"\u0062":1}]}}`, []violation{{"properties.a[1].b", "is there twice in the same object"}}},
		{`7`, []violation{{"batch", "holds a message that is not an object"}}},
		{`{}`, []violation{
			{"messageId", "is missing"},
			{"type", "is missing"},
			{"userId", "there is neither a userId nor an anonymousId"},
		}},
	} {
		u := parseBody(t, "/v1/batch", batch(track("0", ""), tt.message))
		assert.Empty(t, u.messages[0].violations)
		assert.Equal(t, tt.want, u.messages[1].violations, tt.message)
	}
}

func TestTypeOfPathCounts(t *testing.T) {
	t.Parallel()
	u := parseBody(t, "/v1/page", track("1", ""))
	assert.Equal(t, "page", u.messages[0].typ)
	assert.Equal(t, []violation{{"type", "is not the type of the path, which counts"}}, u.messages[0].violations)
}

func TestBatchViolations(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]violation{
		`{"batch":[],` + sentAt + `}`:                                      {{"batch", "is empty"}},
		`{"batch":[{}]}`:                                                   {{"sentAt", "is missing"}},
		`{"batch":[{}],"sentAt":null}`:                                     {{"sentAt", "is missing"}},
		`{"batch":[{}],"sentAt":5}`:                                        {{"sentAt", "is not an ISO 8601 date-time"}},
		`{"batch":[{}],"sentAt":"now"}`:                                    {{"sentAt", "is not an ISO 8601 date-time"}},
		`{"batch":[{},{}],"batch":[{}],` + sentAt + `}`:                    {{"batch", "is there twice"}},
		`{"batch":[{}` + strings.Repeat(",{}", 2499) + `],` + sentAt + `}`: nil,
		`{"batch":[{}` + strings.Repeat(",{}", 2500) + `],` + sentAt + `}`: {{"batch", "holds more than 2500 messages"}},
	} {
		assert.Equal(t, want, parseBody(t, "/v1/batch", body).violations)
	}
}

func TestDuplicateKeysStaySmall(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 1000)
	u := parseBody(t, "/v1/batch", batch(`{"`+long+`":1`+strings.Repeat(`,"`+long+`":1`, 15)+`}`))
	duplicates := 0
	for _, v := range u.messages[0].violations {
		if strings.HasPrefix(v.Field, "é") {
			duplicates++
			assert.LessOrEqual(t, len(v.Field), maxFieldBytes+len("…"))
		}
	}
	assert.Equal(t, maxDuplicates, duplicates)
}

func TestIsDateTime(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"2026-11-23T16:00:00Z", "2026-11-23T16:00:00.123Z", "2026-11-23T16:00:00,123456789Z", "2026-11-23T16:00:00+01:00",
		"2026-11-23T16:00:00-0800", "2026-11-23T16:00:00+01", "2026-11-23T16:00:00.5", "2026-11-23T16:00", "2026-11-23T16:00Z",
	} {
		assert.True(t, isDateTime(text), text)
	}
	for _, value := range []any{
		nil, 7, "", "2026-11-23", "2026-11-23 16:00:00Z", "2026-11-23T1:00:00Z", "2026-11-23T1:00", "2026-13-23T16:00:00Z",
		"2026-02-30T16:00:00Z", "2026-11-23T25:00:00Z", "23.11.2026", "1764000000000", "2026-11-23T16:00:00Zulu",
	} {
		assert.False(t, isDateTime(value), value)
	}
}
