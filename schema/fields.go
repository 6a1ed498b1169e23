package main

import (
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

// settings are the fields of a struct that a configuration can set.
func settings(t reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for field := range t.Fields() {
		if field.IsExported() && field.Tag.Get("mapstructure") != "-" {
			fields = append(fields, field)
		}
	}
	return fields
}
