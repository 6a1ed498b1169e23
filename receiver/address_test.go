package receiver

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	fill := ClientIPConfig{Mode: ClientIPFill, IPv6: true, TrustedProxies: []string{"10.0.0.0/8", "fd00::/8"}}
	noIPv6 := fill
	noIPv6.IPv6 = false
	for name, test := range map[string]struct {
		config    ClientIPConfig
		peer      string
		forwarded []string
		want      string
	}{
		"hidden":                    {ClientIPConfig{Mode: ClientIPHide}, "203.0.113.9:1", nil, noAddress},
		"off":                       {ClientIPConfig{Mode: ClientIPOff}, "203.0.113.9:1", nil, ""},
		"peer":                      {fill, "203.0.113.9:1", nil, "203.0.113.9"},
		"peer is not trusted":       {fill, "203.0.113.9:1", []string{"198.51.100.1"}, "203.0.113.9"},
		"trusted, and says nothing": {fill, "10.0.0.1:1", nil, "10.0.0.1"},
		"trusted":                   {fill, "10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1"},
		"the rightmost":             {fill, "10.0.0.1:1", []string{"6.6.6.6, 198.51.100.1,10.0.0.2"}, "198.51.100.1"},
		"of all headers":            {fill, "10.0.0.1:1", []string{"6.6.6.6", "198.51.100.1", "10.0.0.2, 10.0.0.3"}, "198.51.100.1"},
		"all are trusted":           {fill, "10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"made up":                   {fill, "10.0.0.1:1", []string{"198.51.100.1, unknown, 10.0.0.2"}, noAddress},
		"empty in between":          {fill, "10.0.0.1:1", []string{"198.51.100.1, , 10.0.0.2"}, noAddress},
		"empty":                     {fill, "10.0.0.1:1", []string{""}, "10.0.0.1"},
		"port":                      {fill, "10.0.0.1:1", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		"brackets":                  {fill, "[fd00::1]:1", []string{"[2001:db8::1]"}, "2001:db8::1"},
		"brackets and port":         {fill, "10.0.0.1:1", []string{"[2001:db8::1]:443"}, "2001:db8::1"},
		"IPv6":                      {fill, "[2001:db8::1%eth0]:1", nil, "2001:db8::1"},
		"IPv6 is not wanted":        {noIPv6, "[2001:db8::1]:1", nil, noAddress},
		"mapped":                    {noIPv6, "[::ffff:10.0.0.1]:1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		"no address":                {fill, "@", []string{"198.51.100.1"}, noAddress},
		"number":                    {fill, "10.0.0.1:1", []string{"3325256704"}, noAddress},
	} {
		trusted, err := test.config.networks()
		require.NoError(t, err)
		a := addresses{test.config.Mode, test.config.IPv6, trusted}
		r := &http.Request{RemoteAddr: test.peer, Header: http.Header{"X-Forwarded-For": test.forwarded}}
		assert.Equal(t, test.want, a.of(r), name)
	}
}

// TestAddressInRecords fills in what is missing, for messages of devices only.
func TestAddressInRecords(t *testing.T) {
	t.Parallel()
	g := start(t, with(func(c *Config) { c.ClientIP.Mode = ClientIPFill }))
	for _, test := range []struct{ path, body, want string }{
		{"/v1/t", `{"event":"A"}`, "127.0.0.1"},
		{"/v1/t", `{"event":"A","context":{"ip":"0.0.0.0"}}`, "0.0.0.0"},
		{"/v1/t", `{"event":"A","context":{"ip":""}}`, "127.0.0.1"},
		{"/v1/track", `{"event":"A"}`, ""},
		{"/v1/track", `{"event":"A","context":{"direct":true}}`, "127.0.0.1"},
		{"/v1/track", `{"event":"A","context":{"library":{"name":"analytics-ios"}}}`, "127.0.0.1"},
	} {
		g.sink.Reset()
		require.Equal(t, http.StatusOK, g.post(test.path, test.body, basic("key:")).status)
		context, _ := g.records()[0].Attributes().Get("segment.context")
		if test.want == "" {
			assert.Empty(t, context.Str())
			continue
		}
		ip, _ := context.Map().Get("ip")
		assert.Equal(t, test.want, ip.Str(), test.body)
	}
}

// FuzzForwardedFor gives what a client can send behind a proxy that is trusted: what it has written itself never wins over what
// the proxy has added.
func FuzzForwardedFor(f *testing.F) {
	f.Add("198.51.100.1")
	f.Add("[2001:db8::1]:443, unknown,,::ffff:1.2.3.4%x")
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	a := addresses{ClientIPFill, true, trusted}
	f.Fuzz(func(t *testing.T, sent string) {
		r := &http.Request{RemoteAddr: "10.0.0.1:80", Header: http.Header{"X-Forwarded-For": {sent}}}
		if got := a.of(r); got != noAddress {
			address, err := netip.ParseAddr(got)
			require.NoError(t, err)
			assert.Empty(t, address.Zone())
			assert.False(t, address.Is4In6())
		}
		for _, added := range []string{", 203.0.113.9", ", 203.0.113.9, 10.1.2.3"} {
			r.Header.Set("X-Forwarded-For", strings.TrimSpace(sent)+added)
			assert.Equal(t, "203.0.113.9", a.of(r))
		}
	})
}
