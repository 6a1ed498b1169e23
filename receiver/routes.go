package receiver

import (
	"net/http"
	"strings"

	"github.com/otel-segment/segmentexporter/translate"
)

// kind is what requests to a path are for.
type kind uint8

const (
	unknownPath kind = iota
	batchPath
	messagePath
	pixelPath
	settingsPath
	telemetryPath
)

// route is what follows from the path of a request.
type route struct {
	kind kind
	// name is the path as Segment documents it, without what differs from request to request.
	name    string
	method  string
	typ     string // of the message; "" for that in the message
	channel translate.Channel
}

// router finds routes by path. It is not [http.ServeMux], which answers `//v1/batch` with a redirect that turns a POST into a GET in
// most libraries: a base URL with a slash at its end is a common mistake.
type router struct {
	prefix []string
	routes map[string]*route // by the last part of a path
}

var (
	pixel    = route{kind: pixelPath, name: "/v1/pixel/{type}", method: http.MethodGet, channel: translate.Client}
	settings = route{kind: settingsPath, name: "/v1/projects/{key}/settings", method: http.MethodGet}
	other    = route{name: "other"}
)

// newRouter knows the paths in the documents and in the libraries of Segment.
func newRouter(prefix string) *router {
	r := &router{prefix: parts(prefix), routes: map[string]*route{}}
	add := func(path string, route route) {
		route.name, route.method = "/v1/"+path, http.MethodPost
		r.routes[path] = &route
	}
	add("batch", route{kind: batchPath, channel: translate.Server})
	add("import", route{kind: batchPath, channel: translate.Server})
	add("b", route{kind: batchPath, channel: translate.Client})
	for typ := range translate.NumTypes {
		name := typ.String()
		add(name, route{kind: messagePath, typ: name, channel: translate.Server})
		add(name[:1], route{kind: messagePath, typ: name, channel: translate.Client})
	}
	add("m", route{kind: telemetryPath})
	return r
}

// find returns the route of a path, and what stands in the place of {type} or {key}.
func (r *router) find(path string) (found *route, parameter string) {
	rest := parts(path)
	if len(rest) < len(r.prefix) {
		return &other, ""
	}
	for i, part := range r.prefix {
		if rest[i] != part {
			return &other, ""
		}
	}
	rest = rest[len(r.prefix):]
	if len(rest) > 0 && rest[0] == "v1" {
		rest = rest[1:]
	}
	switch {
	case len(rest) == 1 && r.routes[rest[0]] != nil:
		return r.routes[rest[0]], ""
	case len(rest) == 2 && rest[0] == "pixel":
		return &pixel, rest[1]
	case len(rest) == 3 && rest[0] == "projects" && rest[2] == "settings":
		return &settings, rest[1]
	default:
		return &other, ""
	}
}

func parts(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}
