package libraries

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

const (
	// someMessages are as many as CI has time for. LIBRARIES_MESSAGES sets another number, such as 1000000.
	someMessages  = 50_000
	batchMessages = 100
	senders       = 4
	idPrefix      = "scale-"
)

// TestScale sends very many messages through both hops. None is lost, altered or there twice.
func TestScale(t *testing.T) {
	messages := someMessages
	if text := os.Getenv("LIBRARIES_MESSAGES"); text != "" {
		var err error
		messages, err = strconv.Atoi(text)
		require.NoError(t, err, "LIBRARIES_MESSAGES")
	}
	segment := newLedger(t, messages)
	gateway := startCollector(t, `receivers: {segment: {retry_after: 1s}}`,
		`exporters: {segment: {sources: {servers: {endpoint: "`+segment.url+`"}}}}`)
	began := time.Now()
	var group errgroup.Group
	group.SetLimit(senders)
	for from := 0; from < messages; from += batchMessages {
		group.Go(func() error { return segment.send(t, gateway.receiverURL, from, min(from+batchMessages, messages)) })
	}
	require.NoError(t, group.Wait())
	gateway.queueIsEmpty(t)
	require.Eventually(t, func() bool {
		right, wrong := segment.progress()
		return right+wrong >= messages
	}, waitTimeout, tick, "messages are lost")
	segment.assertBalance(t)
	if !t.Failed() {
		took := time.Since(began).Seconds()
		note("scale", fmt.Sprintf("%d messages arrived as they were sent (%.0fs, %.0f a second)", messages, took, float64(messages)/took))
	}
}

// send sends a batch, again and again until it is taken.
func (l *ledger) send(t *testing.T, url string, from, to int) error {
	var batch bytes.Buffer
	batch.WriteString(`{"batch":[`)
	for number := from; number < to; number++ {
		message, err := json.Marshal(messageOf(number))
		if err != nil {
			return err
		}
		l.enter(number, message)
		if number > from {
			batch.WriteByte(',')
		}
		batch.Write(message)
	}
	batch.WriteString(`]}`)
	for {
		again, err := post(t, url+"/v1/batch", batch.Bytes())
		if err != nil || again == 0 {
			return err
		}
		select {
		case <-time.After(again):
		case <-t.Context().Done():
			return t.Context().Err()
		}
	}
}

// post returns how long the receiver asks to wait, 0 when it has taken the batch.
func post(t *testing.T, url string, body []byte) (time.Duration, error) {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.SetBasicAuth(servers.gatewayKey, "")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return 0, err
	case resp.StatusCode == http.StatusOK:
		return 0, nil
	case resp.StatusCode == http.StatusTooManyRequests:
		seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
		return time.Duration(seconds) * time.Second, err
	}
	return 0, fmt.Errorf("%s: %s", resp.Status, answer)
}

// messageOf makes a message, always the same one for a number.
func messageOf(number int) map[string]any {
	random := rand.New(rand.NewPCG(uint64(number), 1))
	at := time.UnixMilli(1_500_000_000_000 + random.Int64N(200_000_000_000)).UTC()
	id := fmt.Sprint("user-", random.IntN(10_000))
	message := map[string]any{
		"messageId": idPrefix + strconv.Itoa(number),
		"timestamp": at.Format("2006-01-02T15:04:05.000Z"),
		"context": map[string]any{
			"library": map[string]any{"name": "scale", "version": "1"},
			"ip":      "203.0.113.9",
			"page":    map[string]any{"url": "https://shop.example/" + id, "title": "Größe & <b>"},
		},
		"integrations": map[string]any{"All": true, "Mixpanel": random.IntN(2) == 0},
		"_metadata":    map[string]any{"bundled": []any{}, "unbundled": []any{"Amplitude"}},
	}
	values := map[string]any{
		"count": random.Int64(), "minus": -random.Int64(), "ratio": random.Float64(), "yes": random.IntN(2) == 0, "none": nil,
		"text": strings.Repeat("ü🎉\"\\ ", random.IntN(20)), "a.b": random.IntN(10), "": "",
		"list": []any{random.IntN(10), "x", nil, map[string]any{}, []any{0.5, true}},
		"deep": map[string]any{"a": map[string]any{"b": map[string]any{"c": random.IntN(10)}}},
	}
	types := []string{"track", "identify", "page", "screen", "group", "alias"}
	message["type"] = types[random.IntN(len(types))]
	message["userId"] = id
	switch message["type"] {
	case "track":
		message["event"], message["properties"] = fmt.Sprint("Event ", random.IntN(100)), values
	case "identify":
		message["anonymousId"], message["traits"] = "visitor-"+id, values
	case "page", "screen":
		message["name"], message["properties"] = fmt.Sprint("Page ", random.IntN(100)), values
	case "group":
		message["groupId"], message["traits"] = fmt.Sprint("group-", random.IntN(100)), values
	case "alias":
		message["previousId"] = "visitor-" + id
	}
	return message
}
