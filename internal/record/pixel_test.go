package record

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/translate"
)

func TestPixel(t *testing.T) {
	t.Parallel()
	message := `{"writeKey":"k","userId":"u","messageId":"m","event":"A","properties":{"subject":"??>>é","n":1}}`
	const expected = `event "A", type: "track", user_id: "u", message_id: "m", properties: {"subject": "??>>é", "n": 1}`
	for _, tt := range []struct{ name, query, expected string }{
		{"standard alphabet", "data=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(message))), expected},
		{"plus not escaped", "data=" + base64.StdEncoding.EncodeToString([]byte(message)), expected},
		{"no padding", "data=" + base64.RawStdEncoding.EncodeToString([]byte(message+" ")), expected},
		{"URL alphabet", "data=" + base64.URLEncoding.EncodeToString([]byte(message)), expected},
		{
			"members", "writeKey=k&userId=u&messageId=m&event=A&properties.subject=s+t&properties.a.b=1&properties.a=2&context.ip=1.2.3.4",
			`event "A", type: "track", user_id: "u", message_id: "m", properties: {"a": {"b": "1"}, "subject": "s t"}, context: {"ip": "1.2.3.4"}`,
		},
		{"member twice", "writeKey=k&userId=u&messageId=m&event=A&event=B", `event "B", type: "track", user_id: "u", message_id: "m"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			query, err := url.ParseQuery(tt.query)
			require.NoError(t, err)
			r, err := Pixel(query, Options{Type: "track"})
			require.NoError(t, err)
			checkBooks(t, &r)
			assert.Equal(t, "k", r.WriteKey)
			assert.Equal(t, tt.expected, formatRecord(onlyRecord(t, &r)))
		})
	}
}

func TestPixelEdges(t *testing.T) {
	t.Parallel()
	const emptyObject, emptyArray = "e30", "W10"
	for _, query := range []url.Values{
		{},
		{"data": {emptyObject}},
		{strings.Repeat(".", 10_000): {"1"}},
		{"": {"1"}, "\xff": {"\xff"}},
	} {
		r, err := Pixel(query, Options{Type: "track"})
		require.NoError(t, err)
		checkBooks(t, &r)
		checkRecords(t, r.Logs)
	}
	for _, data := range []string{"", "%", "A", emptyArray} {
		_, err := Pixel(url.Values{"data": {data}}, Options{Type: "track"})
		var invalid *InvalidJSONError
		require.ErrorAs(t, err, &invalid, data)
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	for message, expected := range map[string]string{
		`{}`:                              `{"userAgent": "u"}`,
		`{"context":{"userAgent":""}}`:    `{"userAgent": "u"}`,
		`{"context":{"userAgent":"own"}}`: `{"userAgent": "own"}`,
	} {
		r, err := Message([]byte(message), Options{Type: "page", Channel: translate.Client, UserAgent: "u"})
		require.NoError(t, err)
		context, _ := onlyRecord(t, &r).Attributes().Get("segment.context")
		assert.Equal(t, expected, formatValue(context))
	}
}
