package receiver

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// wire is a POST of a batch as it goes over the connection.
func wire(body string) string {
	return "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

// TestOldClient speaks HTTP/1.0.
func TestOldClient(t *testing.T) {
	t.Parallel()
	g := start(t)
	r := g.send([]byte(strings.Replace(wire(batch), "HTTP/1.1", "HTTP/1.0", 1)))
	assert.Equal(t, http.StatusOK, r.status)
	assert.Len(t, g.records(), 1)
}

// TestSlowClient stops in the middle of a body.
func TestSlowClient(t *testing.T) {
	t.Parallel()
	g := start(t, with(func(c *Config) { c.ServerConfig.ReadTimeout = 200 * time.Millisecond }))
	for _, encoding := range []string{"", "Content-Encoding: gzip\r\n"} {
		r := g.send([]byte("POST /v1/batch HTTP/1.1\r\nHost: localhost\r\n" + encoding + "Content-Length: 100\r\n\r\n{"))
		assert.Equal(t, http.StatusRequestTimeout, r.status)
		assertRefusal(t, r, "incomplete_body")
	}
	assert.Equal(t, http.StatusOK, g.post("/v1/batch", batch).status)
}

// TestRefusalOfClosingClient refuses a body that the client sends without waiting, on a connection that ends with it: the answer has
// to arrive all the same.
func TestRefusalOfClosingClient(t *testing.T) {
	t.Parallel()
	g := start(t, with(func(c *Config) { c.Sources = []SourceConfig{{Name: "web", WriteKey: "other"}} }))
	body := make([]byte, 1<<20)
	for i := range body {
		body[i] = ' '
	}
	for path, status := range map[string]int{"/v1/batch": http.StatusUnauthorized, "/v2": http.StatusNotFound} {
		for range 5 {
			assert.Equal(t, status, g.post(path, string(body), basic("key:")).status)
		}
	}
}

// TestMemoryOfBodies sends bodies one after the other from several clients: records keep nothing of the memory that is used again.
func TestMemoryOfBodies(t *testing.T) {
	t.Parallel()
	g := start(t)
	done := make(chan struct{})
	for client := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			letter := string(rune('a' + client))
			for range 50 {
				body := `{"batch":[{"type":"track","event":"` + letter + `","userId":"` + letter + `"}],"writeKey":"key"}`
				assert.Equal(t, http.StatusOK, g.post("/v1/batch", body).status)
			}
		}()
	}
	for range 4 {
		<-done
	}
	records := g.records()
	assert.Len(t, records, 200)
	for _, lr := range records {
		user, _ := lr.Attributes().Get("segment.user_id")
		assert.Equal(t, lr.EventName(), user.Str())
	}
}

// TestShutdown answers a request that is under way, and tells others to come back.
func TestShutdown(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	g := start(t, before(func(context.Context, plog.Logs) error {
		entered <- struct{}{}
		<-leave
		return nil
	}))
	underWay := make(chan reply)
	go func() { underWay <- g.post("/v1/batch", batch) }()
	<-entered
	stopped := make(chan error)
	go func() { stopped <- g.receiver.Shutdown(context.WithoutCancel(t.Context())) }()
	var late reply
	require.Eventually(t, func() bool {
		late = g.send([]byte(wire(`{"batch":[],"writeKey":"key"}`)))
		return late.status != http.StatusOK
	}, 5*time.Second, time.Millisecond)
	assert.Equal(t, http.StatusServiceUnavailable, late.status)
	assertRefusal(t, late, "shutting_down")
	assertRetryAfter(t, late, 8, 12)
	assert.True(t, late.closes)

	close(leave)
	assert.Equal(t, http.StatusOK, (<-underWay).status)
	require.NoError(t, <-stopped)
	_, err := http.Get(g.url) //nolint:noctx,bodyclose // it must fail
	require.Error(t, err)
}

// TestShutdownWithSlowClients has one client that keeps a connection without a request, and one that stops in the middle of a body.
func TestShutdownWithSlowClients(t *testing.T) {
	t.Parallel()
	g := start(t)
	g.dial()
	slow := g.dial()
	request := []byte(wire(batch))
	_, err := slow.Write(request[:len(request)-1])
	require.NoError(t, err)
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	stopped := make(chan error)
	go func() { stopped <- g.receiver.Shutdown(context.WithoutCancel(t.Context())) }()
	r := g.readFrom(slow, request)
	assert.Equal(t, http.StatusServiceUnavailable, r.status)
	assertRefusal(t, r, "shutting_down")
	require.NoError(t, <-stopped)
	assert.Less(t, time.Since(began), 2*lastCall)
}

// TestShutdownBetweenParts sends the end of a body after the shutdown has begun. Its records are taken, even when that lasts
// longer than lastCall.
func TestShutdownBetweenParts(t *testing.T) {
	t.Parallel()
	g := start(t, before(func(ctx context.Context, _ plog.Logs) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lastCall + time.Second):
			return nil
		}
	}))
	conn := g.dial()
	request := []byte(wire(batch))
	_, err := conn.Write(request[:len(request)-1])
	require.NoError(t, err)
	time.Sleep(50 * time.Millisecond)
	stopped := make(chan error)
	go func() { stopped <- g.receiver.Shutdown(context.WithoutCancel(t.Context())) }()
	time.Sleep(50 * time.Millisecond)
	_, err = conn.Write(request[len(request)-1:])
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, g.readFrom(conn, request).status)
	require.NoError(t, <-stopped)
}

// TestShutdownInTime does not wait longer than it may.
func TestShutdownInTime(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	g := start(t, before(func(context.Context, plog.Logs) error {
		close(entered)
		<-leave
		return nil
	}))
	conn := g.dial()
	_, err := io.WriteString(conn, wire(batch))
	require.NoError(t, err)
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, g.receiver.Shutdown(ctx), context.DeadlineExceeded)
	close(leave)
}
