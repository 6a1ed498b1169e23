package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/segmentio/analytics-go/v3"
)

// typed are the members of the context that the library has fields for. The others are inlined from Extra.
var typed = []string{"app", "campaign", "device", "ip", "locale", "network", "os", "page", "screen", "timezone", "traits", "userAgent"}

// read makes a message out of a line.
func read(line []byte) (name string, message analytics.Message, err error) {
	var call struct {
		Name   string         `json:"name"`
		Method string         `json:"method"`
		Args   map[string]any `json:"args"`
	}
	if err := decode(line, &call); err != nil {
		return "", nil, err
	}
	args := untag(call.Args).(map[string]any)
	context, err := contextOf(args["context"], call.Name)
	if err != nil {
		return call.Name, nil, err
	}
	delete(args, "context")
	rest, err := json.Marshal(args)
	if err != nil {
		return call.Name, nil, err
	}
	message, err = messageOf(call.Method, rest, context)
	return call.Name, message, err
}

// messageOf fills the struct of a method. An argument that has no field, or one of another type, is an error.
func messageOf(method string, args []byte, context *analytics.Context) (analytics.Message, error) {
	switch method {
	case "track":
		return filled(args, analytics.Track{Context: context})
	case "identify":
		return filled(args, analytics.Identify{Context: context})
	case "page":
		return filled(args, analytics.Page{Context: context})
	case "screen":
		return filled(args, analytics.Screen{Context: context})
	case "group":
		return filled(args, analytics.Group{Context: context})
	case "alias":
		return filled(args, analytics.Alias{Context: context})
	}
	return nil, fmt.Errorf("no method %q", method)
}

func filled[M analytics.Message](args []byte, message M) (analytics.Message, error) {
	err := decode(args, &message)
	return message, err
}

func contextOf(value any, name string) (*analytics.Context, error) {
	members, _ := value.(map[string]any)
	fields, extra := map[string]any{}, map[string]any{"call": name}
	for key, member := range members {
		if slices.Contains(typed, key) {
			fields[key] = member
		} else {
			extra[key] = member
		}
	}
	data, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	context := analytics.Context{Extra: extra}
	return &context, decode(data, &context)
}

func nameOf(message analytics.Message) string {
	var context *analytics.Context
	switch m := message.(type) {
	case analytics.Track:
		context = m.Context
	case analytics.Identify:
		context = m.Context
	case analytics.Page:
		context = m.Context
	case analytics.Screen:
		context = m.Context
	case analytics.Group:
		context = m.Context
	case analytics.Alias:
		context = m.Context
	}
	name, _ := context.Extra["call"].(string)
	return name
}

func untag(value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = untag(value[i])
		}
	case map[string]any:
		if text, ok := value["$date"].(string); ok {
			instant, err := time.Parse(time.RFC3339, text)
			if err != nil {
				panic(err)
			}
			return instant
		}
		if list, ok := value["$repeat"].([]any); ok {
			times, err := list[1].(json.Number).Int64()
			if err != nil {
				panic(err)
			}
			return strings.Repeat(list[0].(string), int(times))
		}
		for key := range value {
			value[key] = untag(value[key])
		}
	}
	return value
}

// decode keeps numbers as they are: a float64 cannot hold all of those beyond 2^53.
func decode(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
