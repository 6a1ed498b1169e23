package record

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// Pixel makes the record of a message that is in the query of an image: `data` is the message in base64, or every member of the
// message is one of the query, with dots for those of objects in it, such as `properties.subject`. Options.Type is that of the
// path. The error is an [InvalidJSONError] or a [TooLargeError].
func Pixel(query url.Values, o Options) (Result, error) {
	if query.Has("data") {
		message, err := decodeBase64(query.Get("data"))
		if err != nil {
			return Result{}, &InvalidJSONError{Problem: "data is not base64"}
		}
		return Message(message, o)
	}
	members := map[string]any{}
	for key, values := range query {
		setMember(members, strings.SplitN(key, ".", maxLevels), values[len(values)-1])
	}
	// Maps and strings can always be written.
	message, _ := json.Marshal(members)
	return Message(message, o)
}

// decodeBase64 reads both alphabets, with and without padding. Unescaped, a plus in a query is a space.
func decodeBase64(s string) ([]byte, error) {
	s = strings.NewReplacer(" ", "+", "-", "+", "_", "/").Replace(s)
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
}

// setMember sets the member at a path. Where a value and an object have the same place, the object has it.
func setMember(object map[string]any, path []string, value string) {
	for _, key := range path[:len(path)-1] {
		inner, ok := object[key].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[key] = inner
		}
		object = inner
	}
	key := path[len(path)-1]
	if _, taken := object[key].(map[string]any); !taken {
		object[key] = value
	}
}
