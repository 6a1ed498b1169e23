package kafka

import (
	"fmt"
	"os"
	"testing"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// theBroker is shared by all tests, each of which has its own topic and group.
var theBroker *broker

func TestMain(m *testing.M) {
	testcollector.ForgetSDKVariables()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "broker")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	theBroker, err = startBroker(folder)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer theBroker.close()
	return m.Run()
}
