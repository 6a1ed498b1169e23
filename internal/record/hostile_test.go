package record

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patience is far more than a linear reader needs for the bodies below, and far less than a quadratic one.
const patience = 30 * time.Second

func TestHostileBodies(t *testing.T) {
	t.Parallel()
	const n, wide = 1_000_000, 200_000
	message := func(value string) string { return `{"batch":[{"type":"track","properties":{"v":` + value + `}}]}` }
	keys := func(n int, key func(int) string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"%s":%d`, key(i), i)
		}
		return "{" + b.String()[1:] + "}"
	}
	for name, body := range map[string]string{
		"nested arrays":                 message(strings.Repeat("[", n) + strings.Repeat("]", n)),
		"nested objects":                message(strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n)),
		"equal keys":                    message(keys(wide, func(int) string { return "k" })),
		"equal keys with escapes":       message(keys(wide, func(int) string { return `\u006b` })),
		"different keys":                message(keys(wide, func(i int) string { return strconv.Itoa(1_000_000 + i) })),
		"different keys with escapes":   message(keys(wide, func(i int) string { return fmt.Sprintf(`\u006b%d`, 1_000_000+i) })),
		"wide and then narrow":          message("[" + keys(wide, strconv.Itoa) + strings.Repeat(`,{"a":1}`, 50_000) + "]"),
		"many integers":                 message("[" + strings.Repeat("1,", n) + "1]"),
		"large integer":                 message(strings.Repeat("9", n)),
		"large fraction":                message("0." + strings.Repeat("9", n)),
		"long type":                     `{"batch":[{"type":"` + strings.Repeat("x", n) + `","messageId":"` + strings.Repeat("x", n) + `"}]}`,
		"long timestamp":                `{"batch":[{"type":"track","timestamp":"` + strings.Repeat("2", n) + `"}]}`,
		"many members of the batch":     "{" + strings.Repeat(`"x":1,"sentAt":null,`, 50_000) + `"batch":[` + strings.Repeat(`{"type":"track"},`, 999) + "{}]}",
		"integrations on both levels":   `{"integrations":` + keys(1000, strconv.Itoa) + `,"batch":[` + strings.Repeat(`{"type":"track","integrations":`+keys(1000, strconv.Itoa)+`},`, 99) + "1]}",
		"braces in front of a message":  strings.Repeat("{", MaxElements-1) + `{"type":"track"}`,
		"colons and braces":             strings.Repeat(":{", n) + `,{"type":"track"}`,
		"brackets in front of the end":  `{"batch":[{"type":"track"}` + strings.Repeat(`],"a":[1`, 200_000),
		"brackets":                      `{"batch":[{"type":"track"},,` + strings.Repeat(`]`, n),
		"half a message in a message":   `{"batch":[{"type":"track"},,` + strings.Repeat(`{"a":`, MaxElements-2),
		"messages in a cut-off message": strings.Repeat(`{"type":"track","userId":"u","a":`, 5_000),
		"cut-off keys":                  `{"batch":[{"type":"track"}` + strings.Repeat(`,{"`, 4_000),
		"NULs":                          `{"batch":[{"type":"track"}` + strings.Repeat("\x00", n),
		"quotes":                        `{"batch":[{"type":"track"}` + strings.Repeat(`"`, n),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			r, err := Batch([]byte(body), Options{Salvage: true, Received: received})
			assert.Less(t, time.Since(start), patience)
			if err != nil {
				var invalid *InvalidJSONError
				require.ErrorAs(t, err, &invalid)
				return
			}
			checkBooks(t, &r)
		})
	}
}

func TestDepth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		levels int
		inner  string
	}{
		{maxLevels, `{"a": 1}`},
		{maxLevels + 1, `"{\"a\" : 1 }"`},
	} {
		value := `{"a" : 1 }`
		for range tt.levels - 1 {
			value = `{"a":` + value + `}`
		}
		r, err := Message([]byte(`{"type":"track","properties":`+value+`}`), Options{})
		require.NoError(t, err)
		properties, _ := onlyRecord(t, &r).Attributes().Get("segment.properties")
		levels := min(tt.levels, maxLevels)
		expected := tt.inner
		for range levels - 1 {
			expected = `{"a": ` + expected + `}`
		}
		if tt.levels > maxLevels {
			expected = `{"a": ` + expected + `}`
		}
		assert.Equal(t, expected, formatValue(properties))
	}
	r, err := Message([]byte(`{"type":"track","properties":`+strings.Repeat("{\"a\":", maxLevels)+"{\"\xff\":1}"+strings.Repeat("}", maxLevels)+`}`), Options{})
	require.NoError(t, err)
	assert.Contains(t, formatRecord(onlyRecord(t, &r)), `"{\"�\":1}"`)
	assert.Equal(t, Warnings{InvalidUTF8: 1}, r.Warnings)
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	var tooLarge *TooLargeError
	elements := strings.Repeat(`{},`, MaxElements) + `{}`
	for _, body := range []string{`{"batch":[` + elements + `]}`, `{"batch":[,` + elements + `]}`} {
		_, err := Batch([]byte(body), Options{Salvage: true})
		require.ErrorAs(t, err, &tooLarge)
		require.EqualError(t, err, "10001 elements in a batch: at most 10000 are taken")
	}
	_, err := Batch([]byte(`{"batch":[`+elements[3:]+`]}`), Options{})
	require.NoError(t, err)

	// Every record would have a copy.
	body := `{"integrations":{"a":"` + strings.Repeat("x", maxCopied/1000) + `"},"batch":[` + strings.Repeat(`{"type":"track"},`, 999) + `{}]}`
	_, err = Batch([]byte(body), Options{})
	require.ErrorAs(t, err, &tooLarge)
}

// TestMemoryIsGivenBack reads an ordinary body with the parser that has read a large one.
func TestMemoryIsGivenBack(t *testing.T) {
	t.Parallel()
	p := newParser([]byte("["+strings.Repeat("1,", keptNodes)+"1]"), Options{})
	require.NoError(t, p.readBody())
	p.index, p.elements = make([]int32, keptIndex+1), make([]int32, keptIndex+1)
	p.release()
	assert.Zero(t, cap(p.nodes))
	assert.Nil(t, p.index)
	assert.Nil(t, p.elements)
}
