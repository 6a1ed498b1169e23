package translate

import (
	"net/url"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// documentURL is the address of the page that a browser shows.
const documentURL = "browser.document.url.full"

// urlSources are the record attributes that the page URL is made from. All but the first describe a request, and
// so say something about the page only on `page` messages.
var urlSources = []string{
	documentURL, "url.full", "http.url", "url.scheme", "server.address", "server.port", "url.path", "url.query",
}

// addPage adds `context.page` and the campaign in its query.
func (e *Encoder) addPage(t *tree, typ Type) {
	if typ != Page && (e.sources.present|e.resource.sources.present)&documentBit == 0 {
		return
	}
	address := e.pageURL(typ)
	if address == "" {
		return
	}
	address, _, _ = strings.Cut(t.validKey(address), "#")
	base, query, _ := strings.Cut(address, "?")
	base = withoutDefaultPort(withoutCredentials(base))
	search := ""
	if query != "" {
		search = "?" + query
	}
	if path, ok := pathOf(base); ok {
		t.setRow("page", "path", leaf{kind: text, str: path})
	}
	if e.t.cfg.Context.URLQuery {
		t.setRow("page", "search", leaf{kind: text, str: search})
		t.setRow("page", "url", leaf{kind: text, str: base + search})
	} else {
		t.setRow("page", "url", leaf{kind: text, str: base})
	}
	addCampaign(t, query)
}

func (e *Encoder) pageURL(typ Type) string {
	for _, values := range [...]*sourceValues{&e.sources, &e.resource.sources} {
		if address := values.text(documentURL); address != "" {
			return address
		}
	}
	if typ != Page {
		return ""
	}
	for _, key := range [...]string{"url.full", "http.url"} {
		if address := e.sources.text(key); address != "" {
			return address
		}
	}
	return e.composeURL(e.sources.text("url.scheme"), e.sources.text("server.address"),
		e.sources.text("url.path"), e.sources.text("url.query"))
}

func (e *Encoder) composeURL(scheme, host, path, query string) string {
	if host == "" {
		return ""
	}
	if scheme == "" {
		scheme = "https"
	}
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		host = "[" + host + "]"
	}
	address := scheme + "://" + host
	if port, ok := e.sources.get(sourceNumbers["server.port"]); ok && port.Type() == pcommon.ValueTypeInt && port.Int() > 0 {
		address += ":" + strconv.FormatInt(port.Int(), 10)
	}
	if path != "" && path[0] != '/' {
		path = "/" + path
	}
	address += path
	if query != "" {
		address += "?" + strings.TrimPrefix(query, "?")
	}
	return address
}

// withoutCredentials cuts user and password, which have no place in a marketing tool.
func withoutCredentials(base string) string {
	start, certain := authorityOf(base)
	authority, _, _ := strings.Cut(base[start:], "/")
	at := strings.LastIndexByte(authority, '@')
	if at < 0 || !certain && !strings.Contains(authority[:at], ":") {
		return base
	}
	return base[:start] + base[start+at+1:]
}

// authorityOf is where user and server begin. Without the two slashes that come before them, it is not certain that there are any.
func authorityOf(base string) (start int, certain bool) {
	if i := strings.Index(base, "//"); i == 0 || i > 0 && base[i-1] == ':' {
		return i + len("//"), true
	}
	return 0, false
}

// withoutDefaultPort cuts `:443` behind an https and `:80` behind an http authority.
func withoutDefaultPort(base string) string {
	for _, d := range [...]struct{ scheme, port string }{{"https://", ":443"}, {"http://", ":80"}} {
		if len(base) < len(d.scheme) || !strings.EqualFold(base[:len(d.scheme)], d.scheme) {
			continue
		}
		end := strings.IndexByte(base[len(d.scheme):], '/')
		if end < 0 {
			end = len(base)
		} else {
			end += len(d.scheme)
		}
		if authority, ok := strings.CutSuffix(base[:end], d.port); ok {
			return authority + base[end:]
		}
	}
	return base
}

// pathOf is the path of a URL that has neither query nor fragment. It is false for a text that is neither a URL nor a path.
func pathOf(base string) (string, bool) {
	_, rest, ok := strings.Cut(base, "://")
	if !ok {
		return base, strings.HasPrefix(base, "/")
	}
	if slash := strings.IndexByte(rest, '/'); slash >= 0 {
		return rest[slash:], true
	}
	return "/", true
}

// addCampaign reads the utm parameters; of equal ones the first counts.
func addCampaign(t *tree, query string) {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		name, ok := strings.CutPrefix(unescape(name), "utm_")
		if !ok || name == "" {
			continue
		}
		if name == "campaign" {
			name = "name"
		}
		if value = unescape(value); value != "" && t.at("campaign", name) == 0 {
			t.setRow("campaign", name, leaf{kind: text, str: value})
		}
	}
}

// unescape decodes a part of a query; one that is not well encoded stays as it is.
func unescape(s string) string {
	decoded, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return decoded
}
