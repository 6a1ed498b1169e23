package translate

import "strings"

// telemetryNames are the attributes that describe the telemetry, the server or the connection and have no place in
// a marketing tool. A name covers itself and all below it.
var telemetryNames = newNames(strings.Fields(`
	otel log thread code process exception telemetry http network net client source destination server user_agent
	user enduser device os geo session host container k8s cloud faas service deployment url browser.document
	android.log app.installation browser.brands browser.platform browser.mobile browser.language
	browser.user_agent app.build_id android.os.api_level event.name event.domain event.data`))

// screenNames hold the name of a screen; they are payload on track and page only.
var screenNames = newNames([]string{"app.screen.name", "screen.name"})

// names is a set of attribute names and namespaces.
type names struct {
	set     map[string]struct{}
	longest int
}

func newNames(list []string) names {
	n := names{set: make(map[string]struct{}, len(list))}
	for _, name := range list {
		n.set[name] = struct{}{}
		n.longest = max(n.longest, len(name))
	}
	return n
}

// cover says whether key, or a namespace it is in, is one of the names.
func (n names) cover(key string) bool {
	for i := range min(len(key), n.longest+1) {
		if key[i] == '.' && n.has(key[:i]) {
			return true
		}
	}
	return len(key) <= n.longest && n.has(key)
}

func (n names) has(name string) bool {
	_, ok := n.set[name]
	return ok
}

// glob is a pattern in which `*` stands for any run of characters.
type glob []string

func newGlob(pattern string) glob { return strings.Split(pattern, "*") }

func (g glob) match(s string) bool {
	first, last := g[0], g[len(g)-1]
	if len(g) == 1 {
		return s == first
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range g[1 : len(g)-1] {
		at := strings.Index(s, part)
		if at < 0 {
			return false
		}
		s = s[at+len(part):]
	}
	return true
}
