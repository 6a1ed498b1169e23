package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// maxPixelDepth bounds how deep the dots of a parameter name nest: the name can be as long as the server lets an address be.
const maxPixelDepth = 64

// pixelImage is a GIF of one transparent pixel.
const pixelImage = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00" +
	",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// pixelMessage returns the message in the address of an image, as JSON: all of it in data, or a member in each parameter.
func pixelMessage(query url.Values) ([]byte, error) {
	if query.Has("data") {
		return decodePixelData(query.Get("data"))
	}
	message := map[string]any{}
	for name, values := range query {
		setPixelMember(message, strings.SplitN(name, ".", maxPixelDepth), values[0])
	}
	return json.Marshal(message)
}

// decodePixelData takes both alphabets of Base64, with padding or without. A plus that was not escaped has become a space.
func decodePixelData(data string) ([]byte, error) {
	data = strings.NewReplacer(" ", "+", "-", "+", "_", "/").Replace(strings.TrimRight(data, "="))
	body, err := base64.RawStdEncoding.DecodeString(data)
	if err != nil {
		return nil, errors.New("data: is no Base64")
	}
	return body, nil
}

// setPixelMember puts a text where its name leads. An object counts for more than a text of the same name, whichever comes first.
func setPixelMember(object map[string]any, path []string, text string) {
	for ; len(path) > 1; path = path[1:] {
		child, ok := object[path[0]].(map[string]any)
		if !ok {
			child = map[string]any{}
			object[path[0]] = child
		}
		object = child
	}
	if _, taken := object[path[0]]; !taken {
		object[path[0]] = text
	}
}

func writePixel(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/gif")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte(pixelImage))
}
