package parity

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// outcome is the message of a call, or why there is none.
type outcome struct {
	message    map[string]any // nil when nothing was delivered
	violations []any          // for which Segment would throw the message away
	refused    string         // why nothing was delivered, "" when something was
}

// clear forgets the messages and their ids, so that the next side can send the same id without being a duplicate.
func (c collector) clear(t *testing.T) {
	t.Helper()
	request(t, http.MethodDelete, c.sandboxURL+"/api/messages", "", nil)
}

// outcome is what the sandbox has: one message of a call, or none when the call was refused.
func (c collector) outcome(t *testing.T, refused string) outcome {
	t.Helper()
	var page struct {
		Messages []struct {
			Message    map[string]any `json:"message"`
			Violations []any          `json:"violations"`
		} `json:"messages"`
	}
	// Numbers are kept as text, because a float64 cannot hold all of those beyond 2^53.
	decoder := json.NewDecoder(bytes.NewReader(request(t, http.MethodGet, c.sandboxURL+"/api/messages", "", nil)))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&page))
	if refused != "" {
		require.Empty(t, page.Messages, "it arrived although it was refused: %s", refused)
		return outcome{refused: refused}
	}
	require.Len(t, page.Messages, 1, "messages of one call that was not refused")
	return outcome{message: page.Messages[0].Message, violations: page.Messages[0].Violations}
}
