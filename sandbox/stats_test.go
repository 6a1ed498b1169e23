package sandbox

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (s sandbox) perSecond() *perSecond {
	status, answer, _ := s.do(http.MethodGet, "/api/stats?per_second=true", "")
	require.Equal(s.t, 200, status)
	var counts stats
	require.NoError(s.t, json.Unmarshal([]byte(answer), &counts))
	require.NotNil(s.t, counts.PerSecond)
	return counts.PerSecond
}

func TestStatsPerSecond(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	assert.Nil(t, s.stats().PerSecond)
	before := time.Now().Unix()
	s.do(http.MethodPost, "/v1/batch", batch(track("1", ""), track("2", ""), track("1", "")))
	sum := 0
	got := s.perSecond()
	for _, n := range got.Counts {
		sum += n
	}
	assert.Equal(t, 2, sum, "messages that were stored")
	assert.GreaterOrEqual(t, got.From+rateSeconds-1, before)
	assert.LessOrEqual(t, got.From+rateSeconds-1, time.Now().Unix())
	s.do(http.MethodDelete, "/api/messages", "")
	assert.Zero(t, s.perSecond().Counts)

	status, answer, _ := s.do(http.MethodGet, "/api/stats?per_second=1", "")
	assert.Equal(t, 400, status)
	assert.Contains(t, answer, "per_second: must be true or false")
}

func TestRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r rate
		counts := func() map[int]int { // by seconds ago
			last := r.last(time.Now())
			assert.Equal(t, time.Now().Unix()-rateSeconds+1, last.From)
			found := map[int]int{}
			for i, n := range last.Counts {
				if n > 0 {
					found[rateSeconds-1-i] = n
				}
			}
			return found
		}
		assert.Empty(t, counts())
		r.add(time.Now(), 3)
		r.add(time.Now(), 4)
		assert.Equal(t, map[int]int{0: 7}, counts())
		time.Sleep(1500 * time.Millisecond)
		r.add(time.Now(), 5)
		assert.Equal(t, map[int]int{1: 7, 0: 5}, counts())
		time.Sleep((rateSeconds - 2) * time.Second)
		assert.Equal(t, map[int]int{299: 7, 298: 5}, counts())
		time.Sleep(time.Second)
		assert.Equal(t, map[int]int{299: 5}, counts())
		time.Sleep(24 * time.Hour)
		assert.Empty(t, counts())

		r.add(time.Now().Add(-time.Minute), 6) // the clock was set back
		assert.Equal(t, map[int]int{0: 6}, counts())
	})
}
