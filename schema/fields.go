package main

import "reflect"

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
