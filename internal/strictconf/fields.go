package strictconf

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configoptional"
)

func keyOf(field reflect.StructField) string {
	key, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
	return key
}

func isSquashed(field reflect.StructField) bool {
	_, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
	return slices.Contains(strings.Split(options, ","), "squash")
}

func isOptional(t reflect.Type) bool {
	return t.PkgPath() == reflect.TypeFor[configoptional.Optional[struct{}]]().PkgPath()
}

// bareType is the type without pointers and without what makes it optional.
func bareType(t reflect.Type) reflect.Type {
	for {
		switch {
		case t.Kind() == reflect.Pointer:
			t = t.Elem()
		case isOptional(t):
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
