package oauth

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTransportLeavesTheRequestAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &authServer{}, nil)
		a := &api{}
		req := upload(t)
		req.Header.Set("Authorization", "Basic x")
		before := req.Clone(t.Context())
		assert.Equal(t, http.StatusOK, r.roundTrip(t, a, req))
		assert.Equal(t, before.Header, req.Header)
		assert.Equal(t, before.Body, req.Body)
		assert.Equal(t, []string{"token-1"}, a.tokens)
		assert.Equal(t, []string{"messages"}, a.bodies)
	})
}

// TestRevokedToken costs one token request and one resend, and no message.
func TestRevokedToken(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNetworkAuthenticationRequired} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &authServer{}
				r := newRig(t, server, nil)
				a := &api{status: status, good: func(token string) bool { return token == "token-2" }}
				assert.Equal(t, http.StatusOK, r.roundTrip(t, a, upload(t)))
				assert.Equal(t, []string{"token-1", "token-2"}, a.tokens)
				assert.Equal(t, []string{"messages", "messages"}, a.bodies)
				assert.True(t, a.opened[0].closed)
				_, err := a.opened[0].Read(make([]byte, 1))
				require.ErrorIs(t, err, io.EOF, "the first answer is drained")
				assert.Equal(t, http.StatusOK, r.roundTrip(t, a, upload(t)))
				assert.Equal(t, 2, server.count())
				assert.Empty(t, r.logs.All())
			})
		})
	}
}

// TestRevokedTokenOfMany costs one token request too.
func TestRevokedTokenOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{delay: time.Second}
		r := newRig(t, server, nil)
		a := &api{delay: time.Millisecond, good: func(token string) bool { return token == "token-2" }}
		inParallel(func() { assert.Equal(t, http.StatusOK, r.roundTrip(t, a, upload(t))) })
		assert.Equal(t, 2, server.count())
		assert.Len(t, a.tokens, 200)
	})
}

// TestExpiryInFlight has a token that expires while an upload is on its way.
func TestExpiryInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{answer: func(n int, _ string) *http.Response { return granted(n, time.Hour) }}
		r := newRig(t, server, nil)
		r.wantToken(t)
		expiry := time.Now().Add(time.Hour)
		time.Sleep(time.Hour - 37*time.Second)
		a := &api{delay: time.Minute, good: func(token string) bool { return token != "token-1" || time.Now().Before(expiry) }}
		assert.Equal(t, http.StatusOK, r.roundTrip(t, a, upload(t)))
		assert.Equal(t, []string{"token-1", "token-2"}, a.tokens)
		assert.Equal(t, 2, server.count(), "the renewal that was under way serves the resend")
	})
}

func TestSecondAnswerIsReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{}
		r := newRig(t, server, nil)
		a := &api{good: func(string) bool { return false }}
		assert.Equal(t, http.StatusUnauthorized, r.roundTrip(t, a, upload(t)))
		assert.Equal(t, []string{"token-1", "token-2"}, a.tokens)
	})
}

func TestOtherAnswersAreReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{}
		r := newRig(t, server, nil)
		a := &api{good: func(string) bool { return false }}
		for _, a.status = range []int{200, 302, 400, 404, 407, 429, 500, 503} {
			assert.Equal(t, a.status, r.roundTrip(t, a, upload(t)))
		}
		assert.Len(t, a.tokens, 8)
		assert.Equal(t, 1, server.count())
		failed := errors.New("connection refused")
		_, err := r.Transport(roundTripperFunc(func(*http.Request) (*http.Response, error) { return nil, failed })).RoundTrip(upload(t)) //nolint:bodyclose // there is no answer
		assert.ErrorIs(t, err, failed)
	})
}

func TestBodyThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{}
		r := newRig(t, server, nil)
		a := &api{good: func(token string) bool { return token != "token-1" }}
		req := upload(t)
		req.GetBody = nil
		resp, err := r.Transport(a).RoundTrip(req)
		require.NoError(t, err)
		assert.Equal(t, http.StatusUnauthorized, resp.StatusCode, "the first answer is returned")
		data, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, "answer", string(data))
		assert.Equal(t, http.StatusOK, r.roundTrip(t, a, upload(t)), "but the token is invalid all the same")
		assert.Equal(t, []string{"token-1", "token-2"}, a.tokens)
	})
}

func TestRequestWithoutBody(t *testing.T) {
	for name, b := range map[string]io.ReadCloser{"nil": nil, "none": http.NoBody} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, &authServer{}, nil)
				a := &api{good: func(token string) bool { return token != "token-1" }}
				req := upload(t)
				req.Body, req.GetBody = b, nil
				assert.Equal(t, http.StatusOK, r.roundTrip(t, a, req))
				assert.Equal(t, []string{"", ""}, a.bodies)
			})
		})
	}
}

func TestBodyThatCannotBeHadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &authServer{}, nil)
		a := &api{good: func(string) bool { return false }}
		req := upload(t)
		gone := errors.New("gone")
		req.GetBody = func() (io.ReadCloser, error) { return nil, gone }
		_, err := r.Transport(a).RoundTrip(req) //nolint:bodyclose // there is no answer
		require.ErrorIs(t, err, gone)
		assert.True(t, a.opened[0].closed)
	})
}

// TestNoTokenNoRequest closes the body, as the contract of a round tripper says.
func TestNoTokenNoRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &authServer{answer: func(int, string) *http.Response {
			return respond(http.StatusTooManyRequests, "", "Retry-After", "60")
		}}, nil)
		a := &api{}
		client := &http.Client{Transport: r.Transport(a)}
		for _, b := range []io.ReadCloser{newBody("messages"), nil} {
			req := upload(t)
			req.Body = b
			_, err := client.Do(req) //nolint:bodyclose // there is no answer
			e, ok := errors.AsType[*Error](err)
			require.True(t, ok, "through the error of the client")
			assert.Equal(t, time.Minute, e.After)
			if b != nil {
				assert.True(t, b.(*body).closed)
			}
		}
		assert.Empty(t, a.tokens)
	})
}

// TestNoNewToken loses the first answer, but not the reason why there is no other.
func TestNoNewToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{}
		server.answer = func(n int, _ string) *http.Response {
			if n == 1 {
				return granted(n, day)
			}
			return respond(http.StatusForbidden, "")
		}
		r := newRig(t, server, nil)
		a := &api{good: func(string) bool { return false }}
		_, err := r.Transport(a).RoundTrip(upload(t)) //nolint:bodyclose // there is no answer
		e, ok := errors.AsType[*Error](err)
		require.True(t, ok)
		assert.True(t, e.Refused)
		assert.True(t, a.opened[0].closed)
		assert.Len(t, a.tokens, 1)
	})
}
