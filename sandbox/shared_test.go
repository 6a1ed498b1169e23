package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhole(t *testing.T) {
	t.Parallel()
	all := shared{"context": `{"library":{"name":"go"}, "app":1}`, "integrations": `{"All":false}`}
	for text, want := range map[string]string{
		`{}`:                      `{"context":{"library":{"name":"go"}, "app":1},"integrations":{"All":false}}`,
		`{"event":"{","a":[{}] }`: `{"event":"{","a":[{}],"context":{"library":{"name":"go"}, "app":1},"integrations":{"All":false} }`,
		`{"integrations":{"All":true},"context":{}}`: `{"integrations":{"All":true},"context":{"library":{"name":"go"},"app":1}}`,
		`{"integrations":{"b":1}, "context":{"a":"}" , "\u0061pp" : 2 } , "c":1}`: `{"integrations":{"b":1,"All":false}, ` +
			`"context":{"a":"}" , "\u0061pp" : 2,"library":{"name":"go"} } , "c":1}`,
		`{"context":{"app":1,"library":2},"integrations":{"All":1}}`:                   `{"context":{"app":1,"library":2},"integrations":{"All":1}}`,
		`{"context":[],"integrations":null}`:                                           `{"context":[],"integrations":null}`,
		`{"context":{"app":1},"context":{"library":2},"integrations":{"All":1,"b":2}}`: `{"context":{"app":1},"context":{"library":2,"app":1},"integrations":{"All":1,"b":2}}`,
		`7`:    `7`,
		`null`: `null`,
		`[]`:   `[]`,
	} {
		m := &message{raw: []byte(text)}
		m.shared = all
		assert.Equal(t, want, string(m.whole()))
		assert.True(t, json.Valid(m.whole()))
		m.shared = nil
		assert.Equal(t, text, string(m.whole()))
	}
}

func TestSharedFields(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"batch":[{}],"context":{"a":1}}`:                   `{"context":{"a":1}}`,
		`{"context":{"a":1},"batch":[{"context":{"a":2}}]}`:  `{"context":{"a":2}}`,
		`{"batch":[{}],"integrations":{"All":false}}`:        `{"integrations":{"All":false}}`,
		`{"batch":[{}],"context":null,"integrations":{}}`:    `{}`,
		`{"batch":[{}],"context":[],"integrations":"x"}`:     `{}`,
		`{"batch":[{}],"context":{"a":1},"context":{"b":1}}`: `{"context":{"b":1}}`,
	} {
		u := parseBody(t, "/v1/batch", body)
		require.Len(t, u.messages, 1)
		assert.Equal(t, want, string(u.messages[0].whole()), body)
	}
	u := parseBody(t, "/v1/batch", `{"batch":[{}],"context":[],"integrations":"x",`+sentAt+`,"context":1}`)
	assert.Equal(t, []violation{
		{"context", "is there twice"}, {"context", "of the batch is not an object"}, {"integrations", "of the batch is not an object"},
	}, u.violations)
}

func TestSharedFieldsAreShown(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	s.do(http.MethodPost, "/v1/batch", `{"batch":[`+track("1", "")+`],`+sentAt+`,"writeKey":"demo-write-key","context":{`+"\n"+`"city":"Rome"}}`)
	want := strings.TrimSuffix(track("1", ""), "}") + `,"context":{` + "\n" + `"city":"Rome"}}`
	for _, query := range []string{"", "?q=rome"} {
		list := s.messages(query).Messages
		require.Len(t, list, 1, query)
		assert.Equal(t, want, string(list[0].Message))
		assert.Empty(t, list[0].Violations)
	}
	assert.Empty(t, s.messages("?q=paris").Messages)
	assert.Contains(t, s.stream("").must().data, `"context":{ "city":"Rome"}`)
}

// TestSharedFieldsCountAsBytes has a batch that would become much larger if it were written out.
func TestSharedFieldsCountAsBytes(t *testing.T) {
	t.Parallel()
	u := parseBody(t, "/v1/batch", `{"batch":[`+strings.Repeat(`{},`, 50_000)+`{}],"context":{"a":"`+strings.Repeat("x", 300_000)+`"}}`)
	s := newStore(100_000, 1_000_000)
	s.accept(u, "200")
	records, _ := s.since(0)
	assert.Len(t, records, 3)
}
