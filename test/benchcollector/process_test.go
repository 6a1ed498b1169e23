package benchcollector

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// clockTick is the unit of /proc, the same on every architecture that Go runs on.
	clockTick = 10 * time.Millisecond
	// blockSize is the unit of st_blocks, whatever the blocks of the file system are.
	blockSize = 512
)

// cpuTime is the CPU time that the process has used so far, in user and system mode.
func (c collector) cpuTime(t *testing.T) time.Duration {
	t.Helper()
	stat := c.proc(t, "stat")
	// The name of the program, in parentheses, may have spaces.
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	used := 0
	for _, field := range fields[11:13] {
		ticks, err := strconv.Atoi(field)
		require.NoError(t, err)
		used += ticks
	}
	return time.Duration(used) * clockTick
}

var highWater = regexp.MustCompile(`(?m)^VmHWM:\s*(\d+) kB$`)

// peakMemory is the most that was resident so far, in bytes.
func (c collector) peakMemory(t *testing.T) float64 {
	t.Helper()
	match := highWater.FindStringSubmatch(c.proc(t, "status"))
	require.NotNil(t, match)
	kib, err := strconv.ParseFloat(match[1], 64)
	require.NoError(t, err)
	return kib * 1024
}

func (c collector) proc(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", c.PID(), name))
	require.NoError(t, err)
	return string(text)
}

// diskUsage is how many bytes of disk the files of a folder take. Their length is more: file_storage adds 16 MB at a time.
func diskUsage(t *testing.T, folder string) float64 {
	t.Helper()
	blocks := int64(0)
	require.NoError(t, filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		stat, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return errors.ErrUnsupported
		}
		blocks += stat.Blocks
		return nil
	}))
	return float64(blocks * blockSize)
}
