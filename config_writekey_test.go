package segmentexporter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func TestWriteKeys(t *testing.T) {
	t.Parallel()
	const (
		words  = "write_key: must be one word, without white space in it"
		quotes = "write_key: must be without quotes; in a file of environment variables they can count as a part of the value"
		empty  = "write_key: is empty; if it comes from an environment variable, that one is not set or empty " +
			"(the collector logs its name when it starts)"
	)
	for key, expected := range map[any]string{
		"SECRET":         "",
		" SECRET\n":      "",
		"SECRET-_.1":     "",
		"SECRET key":     words,
		"SECRET\x00":     words,
		`"SECRET"`:       quotes,
		`'SECRET'`:       quotes,
		"`SECRET`":       quotes,
		"\"SECRET\"\n":   quotes,
		"“SECRET”":       quotes,
		"‘SECRET’":       quotes,
		"„SECRET“":       quotes,
		"«SECRET»":       quotes,
		`"SECRET`:        quotes,
		"":               empty,
		" \n":            empty,
		nil:              empty,
		"${env:SEGMENT}": "write_key: holds the text ${env:SEGMENT}, not the value of the variable; a reference has one $",
		"$SEGMENT":       "write_key: must be a key, not the name of a variable; a reference to one is ${env:NAME}",
	} {
		_, err := load(map[string]any{"write_key": key})
		if expected == "" {
			require.NoError(t, err, key)
		} else {
			assert.EqualError(t, err, expected, key)
		}
	}
}

func TestNoWriteKey(t *testing.T) {
	t.Parallel()
	cfg := createDefaultConfig()
	require.NoError(t, confmap.New().Unmarshal(cfg))
	assert.EqualError(t, confmap.Validate(cfg), "write_key: must be set to the write key of a Segment source")
}
