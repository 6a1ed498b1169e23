package harness

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// LimitFiles lets the collector write no file beyond a size in bytes, as on a full disk. With 0 it can write none, as on a disk
// that is read-only. All files can be read.
func LimitFiles(t *testing.T, c *Collector, size uint64) {
	t.Helper()
	require.NoError(t, unix.Prlimit(c.PID(), unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: unix.RLIM_INFINITY}, nil))
}
