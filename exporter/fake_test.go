package exporter

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/config/configcompression"
)

// roundTripper takes the place of the network, where there are too many requests for sockets, or time is fake.
type roundTripper func(body []byte) int

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	_ = req.Body.Close()
	return &http.Response{StatusCode: f(body), Request: req, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// newFakeRig is a rig whose requests go to f, uncompressed.
func newFakeRig(t *testing.T, f roundTripper, change func(*Settings)) *rig {
	t.Helper()
	r := newRig(t, "http://segment.invalid", func(s *Settings) {
		s.Client.Compression = configcompression.Type("none")
		if change != nil {
			change(s)
		}
	})
	r.client = &http.Client{Transport: r.transport(f)}
	return r
}
