package sandbox

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func accept(t *testing.T, s *store, messages ...string) {
	s.accept(parseBody(t, "/v1/batch", batch(messages...)), "200")
}

func TestRetryIsNoViolation(t *testing.T) {
	t.Parallel()
	s := newStore(10, maxStoredBytes)
	for range 3 {
		accept(t, s, track("1", ""), track("2", ""))
	}
	records, lastSeq := s.since(0)
	require.Len(t, records, 2)
	assert.EqualValues(t, 2, lastSeq)
	assert.Equal(t, 3, records[0].attempt)
	assert.Equal(t, 3, records[1].attempt)
	assert.Equal(t, 4, s.statistics().Duplicates)
	assert.Zero(t, s.statistics().Violations)
}

func TestDuplicateViolations(t *testing.T) {
	t.Parallel()
	twice := violation{"messageId", "is there twice in one request"}
	other := violation{"messageId", "also arrived with other content, which was removed as a duplicate"}
	for _, tt := range []struct {
		name    string
		uploads [][]string
		want    []violation
		count   int
	}{
		{"same request", [][]string{{track("1", ""), track("1", "")}}, []violation{twice}, 1},
		{"other content", [][]string{{track("1", "")}, {track("1", `,"a":1`)}}, []violation{other}, 1},
		{"same request, other content", [][]string{{track("1", ""), track("1", `,"a":1`)}}, []violation{other}, 1},
		{"retry that is twice in its request", [][]string{{track("1", "")}, {track("1", ""), track("1", "")}}, []violation{twice}, 1},
		{"noted once, counted always", [][]string{{track("1", ""), track("1", ""), track("1", "")}}, []violation{twice}, 2},
		{"messages without an id", [][]string{{`{"type":"page","userId":"u"}`, `{"type":"page","userId":"u"}`}}, []violation{{"messageId", "is missing"}}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(10, maxStoredBytes)
			for _, messages := range tt.uploads {
				accept(t, s, messages...)
			}
			records, _ := s.since(0)
			assert.Equal(t, tt.want, records[0].violations)
			assert.Equal(t, tt.count, s.statistics().Violations)
		})
	}
}

func TestBatchViolationsGoToTheFirstMessage(t *testing.T) {
	t.Parallel()
	s := newStore(10, maxStoredBytes)
	body := `{"batch":[` + track("1", "") + `,` + track("2", "") + `]}`
	s.accept(parseBody(t, "/v1/batch", body), "200")
	s.accept(parseBody(t, "/v1/batch", body), "200")
	s.accept(parseBody(t, "/v1/batch", `{"batch":[],`+sentAt+`}`), "200")
	records, _ := s.since(0)
	assert.Equal(t, []violation{{"sentAt", "is missing"}}, records[0].violations)
	assert.Empty(t, records[1].violations)
	assert.Equal(t, 3, s.statistics().Violations)
}

func TestEvictionByCount(t *testing.T) {
	t.Parallel()
	s := newStore(3, maxStoredBytes)
	for i := range 10 {
		accept(t, s, track(strconv.Itoa(i), ""))
	}
	records, _ := s.since(0)
	require.Len(t, records, 3)
	assert.EqualValues(t, 8, records[0].seq)
	assert.Equal(t, 7, s.statistics().Evicted)
	assert.Equal(t, map[string]int{"track": 10}, s.statistics().Messages)

	// Ids are remembered for longer than messages.
	accept(t, s, track("0", ""), track("7", `,"a":1`))
	records, _ = s.since(0)
	assert.EqualValues(t, 8, records[0].seq)
	assert.Equal(t, 2, records[0].attempt)
	assert.Equal(t, 2, s.statistics().Duplicates)
	assert.Equal(t, 1, s.statistics().Violations)
}

func TestEvictionByBytes(t *testing.T) {
	t.Parallel()
	s := newStore(1000, 10_000)
	for i := range 9 {
		accept(t, s, track(strconv.Itoa(i), `,"properties":{"a":"`+strings.Repeat("x", 4000)+`"}`))
	}
	records, _ := s.since(0)
	require.Len(t, records, 2)
	assert.EqualValues(t, 8, records[0].seq)
	assert.Equal(t, 7, s.statistics().Evicted)
	assert.LessOrEqual(t, s.bytes, 10_000)
}

func TestIDMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m := newIDMemory(3)
	for id := range uint64(10) {
		m.add(id, knownID{seq: id})
	}
	assert.Len(t, m.known, 3)
	assert.Len(t, m.order, 3)
	assert.Nil(t, m.find(6))
	for id := range uint64(3) {
		require.NotNil(t, m.find(7+id))
		assert.Equal(t, 7+id, m.find(7+id).seq)
	}
}
