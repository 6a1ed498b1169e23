// Package strictconf refuses configuration that is decoded into something else than what was meant: keys that nothing
// reads, which are mostly typos, settings without a value, and durations without a unit.
//
// confmap refuses unknown keys too, but not where a struct squashes one with an Unmarshal method, as the HTTP client and
// server of the Collector have it: such a section is decoded in parts, and each part has to pass over the keys of the
// others.
package strictconf

import (
	"errors"
	"reflect"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// Unmarshal is conf.Unmarshal that refuses unknown keys. It is for the Unmarshal method of the struct that config points to.
func Unmarshal(conf *confmap.Conf, config any) error {
	// A struct without methods is decoded in one part, and strictly. Its values are not used, because an Unmarshal method can do
	// more than decode.
	t := reflect.TypeOf(config).Elem()
	twin := withoutMethods(t)
	if err := conf.Unmarshal(reflect.New(twin).Interface()); err != nil {
		// The type has no name, so that the error shows its whole definition.
		return errors.New(strings.ReplaceAll(err.Error(), twin.String(), t.String()))
	}
	return conf.Unmarshal(config)
}

// withoutMethods is a struct with the same keys, in which neither itself nor the structs squashed into it have methods.
func withoutMethods(t reflect.Type) reflect.Type {
	var fields []reflect.StructField
	for field := range t.Fields() {
		if !field.IsExported() {
			continue
		}
		if IsSquashed(field) {
			field.Type = withoutMethods(field.Type)
		}
		fields = append(fields, reflect.StructField{Name: field.Name, Type: field.Type, Tag: field.Tag})
	}
	return reflect.StructOf(fields)
}
