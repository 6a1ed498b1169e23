package record

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDetails(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", longestDetail+1)
	r, err := Batch([]byte(`{"batch":[{"type":"purchase","messageId":"a"},{"type":"`+long+`","messageId":"`+long+`"},`+
		`{"type":"track","messageId":"b","event":7,"name":NaN,"sentAt":"x","x":1,"x":"\ud800"},`+
		strings.Repeat(`null,`, MaxDetails)+`1e400]}`), Options{Received: received})
	require.NoError(t, err)
	checkBooks(t, &r)
	assert.Equal(t, []Detail{
		{Reason: "invalid_type", Type: "purchase", MessageID: "a"},
		{Reason: "invalid_type"},
		{Reason: "wrong_kind", Type: "track", MessageID: "b"},
		{Reason: "non_finite", Type: "track", MessageID: "b"},
		{Reason: "invalid_utf8", Type: "track", MessageID: "b"},
		{Reason: "invalid_timestamp", Type: "track", MessageID: "b"},
		{Reason: "duplicate_key", Type: "track", MessageID: "b"},
		{Reason: "not_an_object"},
		{Reason: "not_an_object"},
		{Reason: "not_an_object"},
	}, r.Details)
	assert.Equal(t, Refused{InvalidType: 2, NotAnObject: MaxDetails + 1}, r.Refused)
	assert.Equal(t, Warnings{WrongKind: 1, NonFinite: 1, InvalidUTF8: 1, InvalidTimestamp: 1, DuplicateKey: 1}, r.Warnings)
}

// TestRefusedWithoutWarnings counts what is wrong in an element once only.
func TestRefusedWithoutWarnings(t *testing.T) {
	t.Parallel()
	r, err := Batch([]byte(`{"batch":[{"type":"\ud800","x":1,"x":2,"messageId":[]}]}`), Options{})
	require.NoError(t, err)
	assert.Equal(t, Warnings{}, r.Warnings)
	assert.Equal(t, Refused{InvalidType: 1}, r.Refused)
}
