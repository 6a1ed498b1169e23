//go:build !race

package oauth

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCachedTokenIsFree allows an upload what a header on a copy of the request costs, and nothing for the token.
func TestCachedTokenIsFree(t *testing.T) {
	r := newRig(t, &authServer{}, nil)
	answer := &http.Response{StatusCode: http.StatusOK}
	var sent *http.Request
	base := roundTripperFunc(func(req *http.Request) (*http.Response, error) {
		sent = req
		return answer, nil
	})
	req := upload(t)
	transport := r.Transport(base)
	header := testing.AllocsPerRun(100, func() {
		c := req.WithContext(req.Context())
		c.Header = req.Header.Clone()
		c.Header.Set("Authorization", "Bearer x")
		_, _ = base.RoundTrip(c) //nolint:bodyclose // the answer has no body
	})
	assert.InDelta(t, header, testing.AllocsPerRun(100, func() {
		_, _ = transport.RoundTrip(req) //nolint:bodyclose // the answer has no body
	}), 0)
	assert.Equal(t, "Bearer token-1", sent.Header.Get("Authorization"))
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = r.Token(t.Context()) }))
}

func BenchmarkCachedToken(b *testing.B) {
	r := newRig(b, &authServer{}, nil)
	answer := &http.Response{StatusCode: http.StatusOK}
	transport := r.Transport(roundTripperFunc(func(*http.Request) (*http.Response, error) { return answer, nil }))
	req := upload(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, _ = transport.RoundTrip(req) //nolint:bodyclose // the answer has no body
		}
	})
}
