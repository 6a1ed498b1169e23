package benchcollector

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refusedPause is how long a sender waits before it repeats a request that was refused because the queue is full.
const refusedPause = 10 * time.Millisecond

// send returns when the collector has accepted all requests.
func (l load) send(t *testing.T, url string, senders, requests int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders, WriteBufferSize: 256 << 10}}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(requests); i = next.Add(1) - 1 {
				if !assert.NoError(t, post(t.Context(), client, url, l.bodies[i%distinct])) {
					return
				}
			}
		})
	}
	wg.Wait()
	require.False(t, t.Failed())
}

func post(ctx context.Context, client *http.Client, url string, body []byte) error {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/x-protobuf")
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		switch {
		case err != nil:
			return err
		case resp.StatusCode == http.StatusOK:
			return nil
		case resp.StatusCode != http.StatusServiceUnavailable:
			return fmt.Errorf("the collector answered %s", resp.Status)
		}
		time.Sleep(refusedPause)
	}
}
