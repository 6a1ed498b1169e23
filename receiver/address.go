package receiver

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// noAddress is what Segment takes for "do not record the address",
// https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/#anonymizing-ip.
const noAddress = "0.0.0.0"

// addresses finds the addresses of clients.
type addresses struct {
	mode    ClientIPMode
	ipv6    bool
	trusted []netip.Prefix
}

// of is the `context.ip` of messages of a client that have none; "" for messages that stay without one.
func (a *addresses) of(r *http.Request) string {
	switch a.mode {
	case ClientIPOff:
		return ""
	case ClientIPFill:
		if client := a.client(r); client.Is4() || client.Is6() && a.ipv6 {
			return client.String()
		}
	}
	return noAddress
}

// client is the address of the client, the zero one when it cannot be known. Behind trusted proxies it is the last address in
// X-Forwarded-For that is not one of theirs: what stands left of that can be made up by anyone.
func (a *addresses) client(r *http.Request) netip.Addr {
	client, ok := parseAddress(r.RemoteAddr)
	if !ok || !a.isTrusted(client) {
		return client
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		hop = strings.TrimSpace(hop)
		if hop == "" && len(hops) == 1 {
			break
		}
		if client, ok = parseAddress(hop); !ok || !a.isTrusted(client) {
			break
		}
	}
	return client
}

func (a *addresses) isTrusted(address netip.Addr) bool {
	return slices.ContainsFunc(a.trusted, func(network netip.Prefix) bool { return network.Contains(address) })
}

// parseAddress reads an address with or without a port, brackets and a zone, which it drops. An IPv4 address that is mapped to
// IPv6, such as ::ffff:192.0.2.1, becomes the IPv4 address.
func parseAddress(s string) (netip.Addr, bool) {
	if withPort, err := netip.ParseAddrPort(s); err == nil {
		return withPort.Addr().Unmap().WithZone(""), true
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		s = strings.TrimSuffix(inner, "]")
	}
	address, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return address.Unmap().WithZone(""), true
}
