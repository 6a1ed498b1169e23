package translate

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	mathrand "math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// recordUID is the semantic convention for the id of a log record.
const recordUID = "log.record.uid"

// stamp is what a record is given that has no time of any kind: it is observed now, and has a random id unless it has one
// of its own. Two such records can be the same in every field and are two events all the same.
type stamp struct {
	observed pcommon.Timestamp // the record's own, if it has one
	id       [32]byte
	hasID    bool
	random   *mathrand.ChaCha8
}

// newStamp asks the operating system for a seed only: to ask it for each id can cost as much as the rest of a message.
func newStamp() stamp {
	var seed [32]byte
	// Read never fails: crypto/rand ends the program instead.
	_, _ = rand.Read(seed[:])
	return stamp{random: mathrand.NewChaCha8(seed)}
}

// set comes before anything that asks for the time or the id, so that all see the same.
func (s *stamp) set(lr plog.LogRecord, ownID bool) {
	s.observed, s.hasID = lr.ObservedTimestamp(), false
	if s.observed != 0 || lr.Timestamp() != 0 {
		return
	}
	s.observed = pcommon.NewTimestampFromTime(time.Now())
	if ownID {
		return
	}
	var id [16]byte
	binary.LittleEndian.PutUint64(id[:8], s.random.Uint64())
	binary.LittleEndian.PutUint64(id[8:], s.random.Uint64())
	hex.Encode(s.id[:], id[:])
	s.hasID = true
}
