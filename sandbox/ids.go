package sandbox

// minRememberedIDs is a few minutes of heavy traffic, and about 40 MB.
const minRememberedIDs = 500_000

// knownID is what is remembered of a message id, longer than the message itself.
type knownID struct {
	content uint64 // hash of the message that came first
	seq     uint64 // its sequence number
	upload  uint64 // the upload in which the id was seen last
}

// idMemory remembers the newest ids.
type idMemory struct {
	limit  int
	known  map[uint64]*knownID
	order  []uint64 // a ring once it is full
	oldest int
}

func newIDMemory(limit int) *idMemory {
	return &idMemory{limit: limit, known: map[uint64]*knownID{}}
}

func (m *idMemory) find(id uint64) *knownID {
	return m.known[id]
}

// add remembers an id that is not known yet, and forgets the oldest one when there are too many.
func (m *idMemory) add(id uint64, k knownID) {
	if len(m.order) < m.limit {
		m.order = append(m.order, id)
	} else {
		delete(m.known, m.order[m.oldest])
		m.order[m.oldest] = id
		m.oldest = (m.oldest + 1) % m.limit
	}
	m.known[id] = &k
}
