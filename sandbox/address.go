package sandbox

import (
	"cmp"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// boundAddress is where a sandbox listens.
type boundAddress struct {
	scheme     string
	configured string         // the host of the endpoint
	bound      netip.AddrPort // zero: a Unix socket, to which no URL leads
}

func newBoundAddress(scheme, endpoint string, listening net.Addr) boundAddress {
	a := boundAddress{scheme: scheme}
	a.configured, _, _ = net.SplitHostPort(endpoint)
	if tcp, ok := listening.(*net.TCPAddr); ok {
		bound := tcp.AddrPort()
		a.bound = netip.AddrPortFrom(bound.Addr().Unmap().WithZone(""), bound.Port())
	}
	return a
}

// reachedBy says whether uploads to a base URL arrive here. It looks up no names, because a name server can answer otherwise when
// the upload is made.
func (a boundAddress) reachedBy(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil || !a.bound.IsValid() || u.Scheme != a.scheme {
		return false
	}
	defaultPort := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	if cmp.Or(u.Port(), defaultPort) != strconv.Itoa(int(a.bound.Port())) {
		return false
	}
	host, bound := u.Hostname(), a.bound.Addr()
	ip, _ := netip.ParseAddr(host) // not valid when the host is a name
	ip = ip.Unmap().WithZone("")
	switch {
	case host == "":
		return false
	case strings.EqualFold(host, a.configured), ip == bound:
		return true
	case strings.EqualFold(host, "localhost"), ip.IsLoopback():
		return bound.IsLoopback() || bound.IsUnspecified()
	default:
		return bound.IsUnspecified() && ofThisMachine(ip)
	}
}

func ofThisMachine(ip netip.Addr) bool {
	addrs, err := net.InterfaceAddrs()
	return err == nil && ip.IsValid() && slices.ContainsFunc(addrs, func(addr net.Addr) bool {
		local, ok := addr.(*net.IPNet)
		return ok && local.IP.Equal(ip.AsSlice())
	})
}
