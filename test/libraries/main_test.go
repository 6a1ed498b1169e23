package libraries

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

const (
	// waitTimeout is for conditions that hold within a second on an idle machine.
	waitTimeout = time.Minute
	tick        = 20 * time.Millisecond
)

// summary has a line for each library and each test at scale.
var (
	summaryMu sync.Mutex
	summary   []string
)

func TestMain(m *testing.M) {
	testcollector.ForgetSDKVariables()
	code := m.Run()
	fmt.Print(strings.Join(summary, ""))
	os.Exit(code)
}

func note(name, text string) {
	summaryMu.Lock()
	defer summaryMu.Unlock()
	summary = append(summary, fmt.Sprintf("%-26s %s\n", name, text))
}
