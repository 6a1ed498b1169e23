package harness

import (
	"os"
	"os/exec"
	"testing"
)

// NeedTools skips a test when one of the programs is not on the machine; see SkipUnlessCI.
func NeedTools(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			SkipUnlessCI(t, name+" is not on this machine")
		}
	}
}

// SkipUnlessCI skips a test for which the machine lacks something, and fails it when CI is set: CI has all, and a skip there would
// go unnoticed.
func SkipUnlessCI(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}
