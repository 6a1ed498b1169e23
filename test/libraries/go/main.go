// Command driver makes calls with analytics-go: a call as JSON on each line in, what was not sent on the lines out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/segmentio/analytics-go/v3"
)

// A message with a long text and all that is around it.
const longestLine = 1 << 20

func main() {
	// The defaults would lose messages when the collector is away for a while.
	patient := func(int) time.Duration { return time.Second }
	client, err := analytics.NewWithConfig(os.Args[2], analytics.Config{
		Endpoint: os.Args[1], Callback: callback{}, RetryAfter: patient, Logger: analytics.StdLogger(log.Default()),
	})
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		name, message, err := read(lines.Bytes())
		if err == nil {
			err = client.Enqueue(message)
		}
		if err != nil {
			report(name, err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	if err := client.Close(); err != nil {
		log.Fatal(err)
	}
}

func report(name string, why error) {
	line, err := json.Marshal(map[string]string{"name": name, "why": why.Error()})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(line))
}

type callback struct{}

func (callback) Success(analytics.Message) {}

func (callback) Failure(message analytics.Message, err error) { report(nameOf(message), err) }
