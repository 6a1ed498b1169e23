package sandbox

import (
	"net/http"
	"strings"
)

// The channels of Segment: what is on a device, and what is on a server.
const (
	clientChannel = "client"
	serverChannel = "server"
)

// pixelPrefix is what the paths of the images begin with.
const pixelPrefix = "/v1/pixel/"

// uploadPath is what a path of the tracking API says about the messages that come to it.
type uploadPath struct {
	typ     string // of the one message; empty: of a batch, whose messages have their own
	channel string
	pixel   bool // the message is in the address of an image
}

func (p uploadPath) method() string {
	if p.pixel {
		return http.MethodGet
	}
	return http.MethodPost
}

// uploadPaths are the paths of the tracking API, as Segment documents them. Each has other forms, see documentedPath.
var uploadPaths = newUploadPaths()

func newUploadPaths() map[string]uploadPath {
	all := map[string]uploadPath{
		"/v1/batch":  {channel: serverChannel},
		"/v1/import": {channel: serverChannel},
		"/v1/b":      {channel: clientChannel},
	}
	for _, typ := range messageTypes {
		all["/v1/"+typ] = uploadPath{typ: typ, channel: serverChannel}
		all["/v1/"+typ[:1]] = uploadPath{typ: typ, channel: clientChannel}
		all[pixelPrefix+typ] = uploadPath{typ: typ, channel: clientChannel, pixel: true}
	}
	return all
}

// findUploadPath looks a path up in any of its forms. That of an image can end in anything, because the answer is an image in any
// case.
func findUploadPath(path string) (p uploadPath, ok bool) {
	path = documentedPath(path)
	if p, ok = uploadPaths[path]; !ok && strings.HasPrefix(path, pixelPrefix) {
		return uploadPath{channel: clientChannel, pixel: true}, true
	}
	return p, ok
}

// documentedPath is the form of a path that Segment documents. Its libraries leave out the version or add a slash, and
// all other paths stay as they are.
func documentedPath(path string) string {
	documented := strings.TrimSuffix(path, "/")
	if !strings.HasPrefix(documented, "/v1/") {
		documented = "/v1" + documented
	}
	if _, ok := uploadPaths[documented]; ok || strings.HasPrefix(documented, pixelPrefix) {
		return documented
	}
	return path
}

// formsOf are the patterns for all forms of a path that is documented.
func formsOf(documented string) []string {
	short := strings.TrimPrefix(documented, "/v1")
	return []string{documented, documented + "/{$}", short, short + "/{$}"}
}
