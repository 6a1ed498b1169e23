package strictconf

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configoptional"
)

// KeyOf is the YAML key of a field of a section.
func KeyOf(field reflect.StructField) string {
	key, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
	return key
}

// IsSquashed is true for a field whose own fields stand in the section itself.
func IsSquashed(field reflect.StructField) bool {
	_, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
	return slices.Contains(strings.Split(options, ","), "squash")
}

// IsOptional is true for configoptional.Optional of any type.
func IsOptional(t reflect.Type) bool {
	return t.PkgPath() == reflect.TypeFor[configoptional.Optional[struct{}]]().PkgPath()
}

// bareType is the type without pointers and without what makes it optional.
func bareType(t reflect.Type) reflect.Type {
	for {
		switch {
		case t.Kind() == reflect.Pointer:
			t = t.Elem()
		case IsOptional(t):
			get, _ := reflect.PointerTo(t).MethodByName("Get")
			t = get.Type.Out(0)
		default:
			return t
		}
	}
}

// isValue is false for sections, which may be empty.
func isValue(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return true
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map, reflect.Interface:
		return false
	case reflect.Slice:
		return isValue(t.Elem())
	default:
		return true
	}
}
