package docs_test

import "time"

// plan is a fleet as docs/scaling.md sizes it. Its queues are fluids: what counts are rates, not single events.
type plan struct {
	rate         float64       // events a second that come in
	gateways     float64       // how many there are
	perGateway   float64       // events a second that one can upload
	segment      float64       // events a second that Segment takes
	retention    time.Duration // how long Kafka keeps an event
	agents       float64       // how many there are
	queueSize    float64       // events that the queue of an agent holds
	sessionEnds  time.Duration // how long the partitions of a dead gateway wait
	fromOneAgent float64       // events a second that an agent can write when it catches up
}

// disturbance is what happens to a plan from its beginning on.
type disturbance struct {
	name                   string
	segmentAway, kafkaAway time.Duration
	deadGateways           float64 // the part that dies
	limit                  float64 // of Segment, in events a second, 0 for that of the plan
	watched                time.Duration
}

// outcome is what the disturbance did.
type outcome struct {
	onAgents, inKafka float64 // the most that waited there
	oldest            time.Duration
	ends              bool          // whether nothing waits at the end
	over              time.Duration // until nothing waited any more
	lossFrom          time.Duration // when the first event was lost or refused
	refused, lost     float64       // in all
	lossRate          float64       // events a second, at the last
}

// step is the time between two looks at the queues.
const step = time.Second

// waiting are events in the order in which they came: how many of each second.
type waiting struct {
	arrived []float64
	head    int // the first second of which some wait
	total   float64
}

// take removes the oldest.
func (w *waiting) take(n float64) {
	n = min(n, w.total)
	w.total -= n
	for n > 0 && w.head < len(w.arrived) {
		part := min(n, w.arrived[w.head])
		w.arrived[w.head] -= part
		n -= part
		if w.arrived[w.head] > 0 {
			return
		}
		w.head++
	}
}

// expire removes what is older than Kafka keeps it, and returns how much that is.
func (w *waiting) expire(retention time.Duration) (lost float64) {
	for ; w.total >= 1 && w.age() > retention; w.head++ {
		lost += w.arrived[w.head]
		w.total -= w.arrived[w.head]
	}
	return lost
}

// age is how long the oldest waits.
func (w *waiting) age() time.Duration {
	if w.total < 1 {
		return 0
	}
	return time.Duration(len(w.arrived)-w.head) * step
}

// simulate lets a disturbance happen.
func (p plan) simulate(d disturbance) (o outcome) {
	var kafka waiting
	agents := 0.0
	for now := time.Duration(0); now < d.watched; now += step {
		written := 0.0
		if now >= d.kafkaAway {
			written = min(agents+p.rate, p.agents*p.fromOneAgent)
		}
		agents += p.rate - written
		refused := max(0, agents-p.agents*p.queueSize)
		agents -= refused
		kafka.arrived = append(kafka.arrived, written)
		kafka.total += written
		kafka.take(p.uploads(d, now))
		lost := kafka.expire(p.retention)

		o.refused += refused
		o.lost += lost
		if o.lossRate = (refused + lost) / step.Seconds(); o.lossRate > 0 && o.lossFrom == 0 {
			o.lossFrom = now
		}
		o.onAgents, o.inKafka, o.oldest = max(o.onAgents, agents), max(o.inKafka, kafka.total), max(o.oldest, kafka.age())
		if o.ends = agents+kafka.total < 1; !o.ends {
			o.over = now + step
		}
	}
	return o
}

// uploads is how many events can be uploaded in a second.
func (p plan) uploads(d disturbance, now time.Duration) float64 {
	alive := p.gateways * (1 - d.deadGateways)
	able := alive * p.perGateway
	if d.deadGateways > 0 && now < p.sessionEnds {
		// Nobody reads the partitions of the dead, so that there is nothing to do beyond the share of the others.
		able = min(able, p.rate*(1-d.deadGateways))
	}
	limit := p.segment
	if d.limit > 0 {
		limit = d.limit
	}
	switch {
	case now < d.segmentAway, now < d.kafkaAway:
		return 0
	default:
		return min(able, limit)
	}
}
