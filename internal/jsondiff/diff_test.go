package jsondiff

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		left, right string
		want        []string
	}{
		"the same":                {`{"a": [1, {"b": "x"}], "c": null}`, `{"c": null, "a": [1, {"b": "x"}]}`, nil},
		"numbers of one value":    {`[2, 2.50]`, `[2.0, 25e-1]`, nil},
		"numbers of one double":   {`4.9e-324`, `5e-324`, nil},
		"integers of 64 bits":     {`[9007199254740993]`, `[9007199254740992]`, []string{"0: 9007199254740993 and 9007199254740992"}},
		"a number and its text":   {`{"a": 1}`, `{"a": "1"}`, []string{`a: 1 and "1"`}},
		"a member that is not":    {`{"a": {"b": 1}}`, `{"a": {"": 1}}`, []string{`a."": nothing and 1`, "a.b: 1 and nothing"}},
		"null and no member":      {`{"a": null}`, `{}`, []string{"a: null and nothing"}},
		"arrays of other lengths": {`{"a": [1]}`, `{"a": [1, 2]}`, []string{"a: [1] and [1,2]"}},
		"the values themselves":   {`1`, `2`, []string{": 1 and 2"}},
		"long values are cut": {
			`"` + strings.Repeat("x", 300) + `"`, `1`,
			[]string{`: "` + strings.Repeat("x", 199) + "… and 1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range Diff(decode(t, test.left), decode(t, test.right)) {
				got = append(got, d.String())
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value))
	return value
}
