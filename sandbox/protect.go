package sandbox

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// protect keeps web pages of other origins away from a handler: a browser on this machine reaches the sandbox, whichever page it
// shows.
func protect(endpoint string, handler http.Handler) http.Handler {
	var crossOrigin http.CrossOriginProtection
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forbid(w, r, "cross_origin", "only the sandbox's own page, and programs that are no browsers, may change something")
	}))
	handler = crossOrigin.Handler(handler)
	hosts := newAllowedHosts(endpoint)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hosts.contain(r.Host) {
			forbid(w, r, "unknown_host", "the sandbox does not answer to this name in the Host header, which may be one that a "+
				"web page of others has made to point here; use "+hosts.words())
			return
		}
		if foreign(r) {
			forbid(w, r, "cross_origin", "only the sandbox's own page, and programs that are no browsers, may read this")
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// foreign says whether a page of another origin asks: the `cors` of the server could let it read the answer. A navigation is not
// foreign, because a link to the page may stand anywhere.
func foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return r.Header.Get("Sec-Fetch-Mode") != "navigate"
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host != r.Host
}

func forbid(w http.ResponseWriter, r *http.Request, code, message string) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		(&refusal{http.StatusForbidden, code, message}).write(w)
		return
	}
	http.Error(w, message, http.StatusForbidden)
}

// allowedHosts are those that a Host header may name. Others could be a name that a web page has made to point here
// (DNS rebinding), so that the page may read the answers. That cannot be done with an address.
type allowedHosts struct {
	configured string // without the port
	onlyLocal  bool   // no addresses but those of the loopback interface and the configured one
}

func newAllowedHosts(endpoint string) allowedHosts {
	host, _, err := net.SplitHostPort(endpoint)
	if err != nil {
		host = "localhost" // the endpoint is a Unix socket
	}
	ip, err := netip.ParseAddr(host)
	return allowedHosts{host, strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()}
}

func (h allowedHosts) contain(hostport string) bool {
	host := (&url.URL{Host: hostport}).Hostname()
	if host == "" {
		return false
	}
	if strings.EqualFold(host, "localhost") || strings.EqualFold(host, h.configured) {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (!h.onlyLocal || ip.Unmap().IsLoopback())
}

func (h allowedHosts) words() string {
	switch {
	case h.onlyLocal:
		return "localhost or 127.0.0.1"
	case h.configured == "":
		return "localhost or an IP address"
	default:
		return "localhost, " + h.configured + " or an IP address"
	}
}
