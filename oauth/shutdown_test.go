package oauth

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
)

func TestShutdownWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{delay: time.Hour}
		r := newRig(t, server, func(cfg *Config) { cfg.ClientConfig.Timeout = 0 })
		var ended atomic.Int32
		for range 10 {
			go func() {
				assert.EqualError(t, r.wantError(t), "no access token: the token source is not running")
				ended.Add(1)
			}()
		}
		synctest.Wait()
		require.NoError(t, r.Shutdown(t.Context()))
		synctest.Wait()
		assert.EqualValues(t, 10, ended.Load())
		require.NoError(t, r.Shutdown(t.Context()))
		assert.Equal(t, &Error{reason: "the token source is not running"}, r.wantError(t))
		assert.Empty(t, r.outcomes(), "a request that was ended here has no outcome")
		assert.Empty(t, r.logs.All())
	})
}

func TestShutdownEndsRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{}
		r := newRig(t, server, nil)
		r.wantToken(t)
		server.delay = time.Hour
		time.Sleep(day / 2)
		assert.Equal(t, "token-1", r.wantToken(t))
		synctest.Wait()
		assert.Equal(t, 2, server.count())
		now := time.Now()
		require.NoError(t, r.Shutdown(t.Context()))
		assert.Equal(t, now, time.Now())
		require.Error(t, r.wantError(t), "the old token is not handed out any more")
		assert.Empty(t, r.logs.All())
	})
}

// deaf is a server whose requests go on when their context has ended.
type deaf struct{ hang chan struct{} }

func (d deaf) RoundTrip(*http.Request) (*http.Response, error) {
	<-d.hang
	return nil, context.Canceled
}

func TestShutdownIsNotHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := deaf{make(chan struct{})}
		r := newRig(t, server, nil)
		go func() { _, _ = r.Token(context.WithoutCancel(t.Context())) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, r.Shutdown(ctx), context.DeadlineExceeded)
		close(server.hang)
	})
}

func TestWithoutStart(t *testing.T) {
	t.Parallel()
	s := New(Settings{Config: NewDefaultConfig(), Telemetry: componenttest.NewNopTelemetrySettings()})
	_, err := s.Token(t.Context())
	require.EqualError(t, err, "no access token: the token source is not running")
	require.NoError(t, s.Shutdown(t.Context()))
	require.NoError(t, s.Shutdown(t.Context()))
}
