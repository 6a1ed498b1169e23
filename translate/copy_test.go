package translate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzCopy compares JSON that is copied with the same taken apart: where it can be copied, both are the same.
func FuzzCopy(f *testing.F) {
	for _, text := range append(jsonTexts, copied...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		short, ok := appendJSON(nil, text)
		if !ok {
			return
		}
		var warnings Warnings
		long := tree{warnings: &warnings}
		require.True(t, long.parseObject(text))
		require.Equal(t, string(long.append(nil, 0)), string(short))
		require.Equal(t, Warnings{}, warnings)
	})
}

// copied are objects as applications write them.
var copied = []string{
	`{}`, " {\t} \r\n", `{"a":{}, "b": [ ] , "c":[[ 1 ],{"d":null}]}`,
	`{"price": 19.990, "n": -0, "e": 1E3, "tiny": 1e-7, "zero": 0.0, "big": 123456789012345}`,
	`{"text": "quote \" backslash \\ line \n\r\t\b\f é 😀 <&>", "true": true, "false": false}`,
	`{"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"10":1,"11":1,"12":1,"13":1,"14":1,"15":1,"16":1}`,
}

func TestCopied(t *testing.T) {
	t.Parallel()
	for _, text := range copied {
		_, ok := appendJSON(nil, text)
		assert.True(t, ok, text)
	}
}

// TestNotCopied has objects that must be taken apart, and texts that are no object.
func TestNotCopied(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "[]", "1", `{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1}x`, `{"a":1 "b":2}`, `{"a":[1,]}`, `{"a":[1}`, `{a:1}`,
		`{"a":"x`, "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}", `{"a":01}`, `{"a":nul}`, `{"a":"\`,
		`{"a":1,"a":2}`, `{"":1}`, `{"a":"\u00e9"}`, `{"a":"\/"}`, `{"a":9007199254740993}`, `{"a":1e999}`,
		strings.Repeat(`{"a":`, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1),
		`{"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"10":1,"11":1,"12":1,"13":1,"14":1,"15":1,"16":1,"17":1}`,
	} {
		_, ok := appendJSON(nil, text)
		assert.False(t, ok, text)
	}
}
