package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]fault{
		`[]`:               {},
		`[{"status":500}]`: {{Status: 500, Probability: 1}},
		` [ {"status":429,"times":3} , {"latency":"1m30s"} ] `: {
			{Status: 429, Times: 3, Probability: 1}, {Latency: latency(90 * time.Second), Probability: 1},
		},
		`[{"path":"/v1/batch","status":429,"headers":{"retry-after":"2"},"body":"slow down","times":3,"probability":0.5,
			"latency":"1.5s","only_if_contains":"poison"}]`: {{
			Path: "/v1/batch", Status: 429, Headers: map[string]string{"retry-after": "2"}, Body: "slow down", Times: 3,
			Probability: 0.5, Latency: latency(1500 * time.Millisecond), OnlyIfContains: "poison",
		}},
		`[{"path":"/token","drop_connection":true,"after_delivery":true}]`: {
			{Path: "/token", DropConnection: true, AfterDelivery: true, Probability: 1},
		},
		`[{"path":"/v1/*","status":200},{"path":"*","status":599},{"path":"/v1/batch*","status":200}]`: {
			{Path: "/v1/*", Status: 200, Probability: 1}, {Path: "*", Status: 599, Probability: 1}, {Path: "/v1/batch*", Status: 200, Probability: 1},
		},
		`[{"source":"web","status":401},{"source":"demo…","path":"*","status":401}]`: {
			{Source: "web", Status: 401, Probability: 1}, {Source: "demo…", Path: "*", Status: 401, Probability: 1},
		},
		`[{"id":7,"hits":9,"status":500,"times":0,"probability":null,"headers":null,"path":""}]`: {{Status: 500, Probability: 1}},
	} {
		got, err := parseFaults([]byte(text), []string{"web"})
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestParseFaultErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{}`:                 `status: must be there, unless latency or drop_connection is`,
		``:                   `must be a fault`,
		`{"status":500`:      `must be a fault`,
		`{"status":500} {}`:  `must be a fault`,
		`null`:               `status: must be there, unless latency or drop_connection is`,
		`7`:                  `must be an object, not a number`,
		`[]`:                 `must be an object, not an array`,
		`{"times":3}`:        `status: must be there, unless latency or drop_connection is`,
		`{"stauts":500}`:     `unknown field "stauts"`,
		`{"status":"500"}`:   `status: must be an integer, not a string`,
		`{"status":500.5}`:   `status: must be an integer, not a number 500.5`,
		`{"status":0}`:       `status: must be there`,
		`{"status":199}`:     `status: must be from 200 to 599, not 199`,
		`{"status":600}`:     `status: must be from 200 to 599, not 600`,
		`{"status":-1}`:      `status: must be from 200 to 599, not -1`,
		`{"latency":1.5}`:    `latency: must be a string, not a number`,
		`{"latency":"1.5"}`:  `latency: must be a duration over 0 like "1.5s"`,
		`{"latency":""}`:     `latency: must be a duration over 0`,
		`{"latency":"0s"}`:   `latency: must be a duration over 0`,
		`{"latency":"-1s"}`:  `latency: must be a duration over 0`,
		`{"latency":"soon"}`: `latency: must be a duration over 0`,

		`{"status":500,"path":7}`:             `path: must be a string, not a number`,
		`{"status":500,"path":"/v1/bacth"}`:   `path: "/v1/bacth" is neither a path of the tracking API nor /token`,
		`{"status":500,"path":"/v1/*/x"}`:     `path: "/v1/*/x" is neither`,
		`{"status":500,"path":"/api/*"}`:      `path: "/api/*" is neither`,
		`{"status":500,"source":"wbe"}`:       `source: "wbe" is neither a source that is known (ios, web) nor a write key as it is shown, like "demo…"`,
		`{"status":500,"source":7}`:           `source: must be a string, not a number`,
		`{"path":"/token","source":"web"}`:    `source: must not be there with /token, for which there is no write key`,
		`{"status":500,"times":-1}`:           `times: must be 0 or more, not -1`,
		`{"status":500,"times":"3"}`:          `times: must be an integer, not a string`,
		`{"status":500,"probability":0}`:      `probability: must be over 0 and at most 1, not 0`,
		`{"status":500,"probability":-0.1}`:   `probability: must be over 0 and at most 1, not -0.1`,
		`{"status":500,"probability":1.1}`:    `probability: must be over 0 and at most 1, not 1.1`,
		`{"status":500,"probability":"half"}`: `probability: must be a number, not a string`,

		`{"status":500,"headers":["a"]}`:                        `headers: must be an object, not an array`,
		`{"status":500,"headers":{"Retry-After":2}}`:            `headers: must be a string, not a number`,
		`{"status":500,"headers":{"":"x"}}`:                     `headers: "" is no name of a header`,
		`{"status":500,"headers":{"Retry After":"2"}}`:          `headers: "Retry After" is no name of a header`,
		`{"status":500,"headers":{"é":"2"}}`:                    `headers: "é" is no name of a header`,
		`{"status":500,"headers":{"X":"a\r\nSet-Cookie: b"}}`:   `headers: the value of X must not have control characters`,
		`{"status":500,"headers":{"content-length":"7"}}`:       `headers: Content-Length follows from the body`,
		`{"status":500,"headers":{"Transfer-Encoding":"gzip"}}`: `headers: Transfer-Encoding follows from the body`,

		`{"drop_connection":"yes"}`:                 `drop_connection: must be true or false, not a string`,
		`{"drop_connection":true,"status":500}`:     `status: must not be there with drop_connection`,
		`{"drop_connection":true,"body":"x"}`:       `body: must not be there without status`,
		`{"latency":"1s","headers":{"a":"b"}}`:      `headers: must not be there without status`,
		`{"latency":"1s","after_delivery":true}`:    `after_delivery: must not be there without drop_connection`,
		`{"status":500,"body":{"success":false}}`:   `body: must be a string, not an object`,
		`{"status":500,"only_if_contains":["one"]}`: `only_if_contains: must be a string, not an array`,
		`{"status":500,"id":"one"}`:                 `id: must be an integer, not a string`,
	} {
		_, err := parseFault([]byte(text), []string{"ios", "web"})
		require.ErrorContains(t, err, want, text)
		if json.Valid([]byte(text)) {
			_, err := parseFaults([]byte(`[{"status":500},`+text+`]`), []string{"ios", "web"})
			require.ErrorContains(t, err, "faults[1]: ", text)
			require.ErrorContains(t, err, want, text)
		}
	}
	for _, text := range []string{``, `null`, `{}`, `7`, `[{"status":500}`, `[{"status":500}] []`} {
		_, err := parseFaults([]byte(text), nil)
		require.ErrorContains(t, err, "the body must be a list of faults", text)
	}
	_, err := parseFault([]byte(`{"status":500,"source":"web"}`), nil)
	require.ErrorContains(t, err, "a source that is known (there is none)")
	_, err = parseFaults([]byte(`[`+strings.Repeat(`{},`, maxFaults)+`{}]`), nil)
	require.ErrorIs(t, err, errTooManyFaults)
}

func TestFaultMatches(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault fault
		path  string
		body  string
		want  bool
	}{
		{fault{}, "/v1/batch", "", true},
		{fault{}, "/v1/track", "", true},
		{fault{}, "/token", "", false},
		{fault{Path: "/token"}, "/token", "", true},
		{fault{Path: "/token"}, "/v1/batch", "", false},
		{fault{Path: "/v1/batch"}, "/v1/batch", "", true},
		{fault{Path: "/v1/batch"}, "/v1/track", "", false},
		{fault{Path: "/import/"}, "/v1/import", "", true},
		{fault{Path: "/v1/import"}, "/v1/batch", "", false},
		{fault{Path: "/v1/pixel/*"}, "/v1/pixel/track", "", true},
		{fault{Path: "/v1/*"}, "/v1/track", "", true},
		{fault{Path: "/v1/*"}, "/token", "", false},
		{fault{Path: "*"}, "/token", "", true},
		{fault{Source: "web"}, "/v1/batch", "", true},
		{fault{Source: "Web"}, "/v1/batch", "", false},
		{fault{Source: "web", Path: "/v1/import"}, "/v1/batch", "", false},
		{fault{OnlyIfContains: "poison"}, "/v1/track", "a poisoned message", true},
		{fault{OnlyIfContains: "poison"}, "/v1/track", "a Poison message", false},
		{fault{OnlyIfContains: "poison", Path: "/token"}, "/v1/track", "poison", false},
	} {
		tt.fault.Probability = 1
		assert.Equal(t, tt.want, tt.fault.matches(&target{tt.path, "web", []byte(tt.body)}), "%+v", tt)
	}
	hits := 0
	f := fault{Probability: 0.3}
	for range 10_000 {
		if f.matches(&target{path: "/v1/batch"}) {
			hits++
		}
	}
	assert.InDelta(t, 3000, hits, 300)
}

func TestFaultList(t *testing.T) {
	t.Parallel()
	var l faultList
	l.replace([]fault{{Status: 500, Probability: 1, Path: "/v1/track"}, {Status: 501, Times: 2, Probability: 1}, {Status: 502, Probability: 1}})
	for range 5 {
		_, ok := l.take(&target{path: "/token"})
		assert.False(t, ok)
	}
	for _, want := range []int{501, 501, 502, 502, 502} {
		f, ok := l.take(&target{path: "/v1/batch"})
		assert.True(t, ok)
		assert.Equal(t, want, f.Status)
	}
	assert.Equal(t, []fault{
		{ID: 1, Status: 500, Probability: 1, Path: "/v1/track"}, {ID: 3, Status: 502, Probability: 1, Hits: 3},
	}, l.list())

	require.NoError(t, l.remove(1))
	require.Error(t, l.remove(1))
	l.replace([]fault{{Status: 503, Times: 2, Probability: 1}})
	added, err := l.add(fault{Status: 504, Probability: 1})
	require.NoError(t, err)
	assert.EqualValues(t, 5, added.ID, "ids are not used again")
	_, _ = l.take(&target{path: "/v1/batch"})
	assert.Equal(t, []fault{{ID: 4, Status: 503, Times: 1, Probability: 1, Hits: 1}, added}, l.list())
	for range maxFaults - 2 {
		_, err = l.add(fault{})
		require.NoError(t, err)
	}
	_, err = l.add(fault{})
	require.ErrorIs(t, err, errTooManyFaults)
}

func FuzzFaults(f *testing.F) {
	f.Add([]byte(`[{"path":"/v1/batch","status":429,"headers":{"Retry-After":"2"},"body":"x","times":3}]`))
	f.Add([]byte(`[{"source":"demo…","status":401,"times":1}]`))
	f.Add([]byte(`[{"path":"/v1/*","drop_connection":true,"after_delivery":true,"probability":1e-3},{"latency":"1.5s"}]`))
	f.Add([]byte(`[{"status":500,"only_if_contains":"\u0000","headers":{"a b":"c\n"}},null,7]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		faults, err := parseFaults(body, nil)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		text, err := json.Marshal(faults)
		require.NoError(t, err)
		again, err := parseFaults(text, nil)
		require.NoError(t, err, "%s", text)
		textAgain, err := json.Marshal(again)
		require.NoError(t, err)
		require.JSONEq(t, string(text), string(textAgain))
	})
}
