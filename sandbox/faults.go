package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// maxFaults and maxFaultBytes bound what faults take of the memory, to a few megabytes.
const (
	maxFaults     = 100
	maxFaultBytes = 64 << 10
)

var errTooManyFaults = fmt.Errorf("there may be no more than %d faults", maxFaults)

var errUnknownFault = errors.New("there is no fault of this id, or not any more")

// faultList holds the faults that are active, in the order in which they are looked at.
type faultList struct {
	mu     sync.Mutex
	faults []fault
	lastID uint64
}

// take returns the fault that happens to a request, and counts it. The last time of a fault removes it.
func (l *faultList) take(t *target) (f fault, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.faults, func(f fault) bool { return f.matches(t) })
	if i < 0 {
		return fault{}, false
	}
	found := &l.faults[i]
	found.Hits++
	taken := *found
	switch found.Times {
	case 0:
	case 1:
		l.faults = slices.Delete(l.faults, i, i+1)
	default:
		found.Times--
	}
	return taken, true
}

// replace forgets all faults for new ones.
func (l *faultList) replace(faults []fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = nil
	for _, f := range faults {
		l.append(f)
	}
}

func (l *faultList) add(f fault) (fault, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.faults) == maxFaults {
		return fault{}, errTooManyFaults
	}
	return l.append(f), nil
}

func (l *faultList) append(f fault) fault {
	l.lastID++
	f.ID = l.lastID
	l.faults = append(l.faults, f)
	return f
}

func (l *faultList) remove(id uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := len(l.faults)
	l.faults = slices.DeleteFunc(l.faults, func(f fault) bool { return f.ID == id })
	if len(l.faults) == before {
		return errUnknownFault
	}
	return nil
}

// list returns the faults, and never nil.
func (l *faultList) list() []fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]fault{}, l.faults...)
}
