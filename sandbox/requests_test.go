package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the expected answers of testdata/requests")

// takenRequest is what the sandbox says to a request, and what it shows of it.
type takenRequest struct {
	Status   int             `json:"status"`
	Code     string          `json:"code,omitempty"`   // of a refusal, whose words are in part those of encoding/json
	Answer   json.RawMessage `json:"answer,omitempty"` // when it is JSON, and no refusal
	Messages []takenMessage  `json:"messages"`
}

type takenMessage struct {
	Path       string          `json:"path"`
	Channel    string          `json:"channel"`
	WriteKey   string          `json:"write_key"`
	Type       string          `json:"type"`
	Name       string          `json:"name"`
	User       string          `json:"user"`
	Violations []violation     `json:"violations"`
	Context    json.RawMessage `json:"context,omitempty"`
}

// TestRequests sends what Segment's own libraries have sent, and what clients have sent that do some things wrong, byte for byte.
func TestRequests(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/requests/*.http")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		base := strings.TrimSuffix(file, ".http")
		t.Run(filepath.Base(base), func(t *testing.T) {
			t.Parallel()
			request, err := os.ReadFile(file)
			require.NoError(t, err)
			actual, err := json.MarshalIndent(startSandbox(t).send(request), "", "  ")
			require.NoError(t, err)
			actual = append(actual, '\n')
			if *update {
				require.NoError(t, os.WriteFile(base+".json", actual, 0o600))
			}
			expected, err := os.ReadFile(base + ".json")
			require.NoError(t, err)
			assert.Equal(t, string(expected), string(actual))
		})
	}
}

func (s sandbox) send(request []byte) takenRequest {
	conn, err := (&net.Dialer{}).DialContext(s.t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(s.t, err)
	defer conn.Close()
	_, err = conn.Write(request)
	require.NoError(s.t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(s.t, err)
	answer, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	require.NoError(s.t, resp.Body.Close())

	taken := takenRequest{Status: resp.StatusCode, Messages: []takenMessage{}}
	var refused refusalBody
	switch {
	case taken.Status >= 400:
		require.NoError(s.t, json.Unmarshal(answer, &refused))
		taken.Code = refused.Code
	case json.Valid(answer):
		taken.Answer = bytes.TrimSpace(answer)
	}
	var list struct{ Messages []messageSummary }
	_, text, _ := s.do(http.MethodGet, "/api/messages?view=summary", "")
	require.NoError(s.t, json.Unmarshal([]byte(text), &list))
	for i, m := range s.messages("").Messages {
		var message struct{ Context json.RawMessage }
		_ = json.Unmarshal(m.Message, &message) // not all are objects
		row := list.Messages[i]
		taken.Messages = append(taken.Messages, takenMessage{
			m.Path, m.Channel, m.WriteKey, row.Type, row.Name, row.User, m.Violations, message.Context,
		})
	}
	return taken
}
