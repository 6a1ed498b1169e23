package sandbox

import "time"

// rateSeconds is how far back the messages are counted by the second.
const rateSeconds = 300

// rate counts messages by the second in which they arrived.
type rate struct {
	counts [rateSeconds]int // a ring by Unix time
	newest int64
}

// perSecond is what a chart needs.
type perSecond struct {
	From   int64            `json:"from"` // Unix time of the first count
	Counts [rateSeconds]int `json:"counts"`
}

func (r *rate) add(now time.Time, messages int) {
	r.advance(now.Unix())
	r.counts[r.newest%rateSeconds] += messages
}

// last returns the counts up to the current second, which is not over yet.
func (r *rate) last(now time.Time) perSecond {
	r.advance(now.Unix())
	p := perSecond{From: r.newest - rateSeconds + 1}
	for i := range p.Counts {
		p.Counts[i] = r.counts[(p.From+int64(i))%rateSeconds]
	}
	return p
}

// advance clears the seconds since the last call. When the clock was set back, time stands still until it has caught up.
func (r *rate) advance(second int64) {
	for s := max(r.newest, second-rateSeconds) + 1; s <= second; s++ {
		r.counts[s%rateSeconds] = 0
	}
	r.newest = max(r.newest, second)
}
