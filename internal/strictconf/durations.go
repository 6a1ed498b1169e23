package strictconf

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"go.opentelemetry.io/collector/confmap"
)

// minDuration separates durations that are meant, which are longer, from numbers without a unit, which are nanoseconds.
const minDuration = time.Millisecond

// ValidateDurations reports the durations of config, a pointer to a struct, and of the sections in it, that are too short
// to be meant, or negative. Negative ones in sections with a Validate method are left to that.
func ValidateDurations(config any) error {
	return errors.Join(durationProblems("", reflect.ValueOf(config).Elem(), true)...)
}

func durationProblems(prefix string, section reflect.Value, negative bool) []error {
	var errs []error
	for field, value := range section.Fields() {
		if !field.IsExported() {
			continue
		}
		path := prefix + KeyOf(field)
		if d, is := reflect.TypeAssert[time.Duration](value); is {
			switch {
			case d < 0 && negative:
				errs = append(errs, fmt.Errorf("%s: must not be negative", path))
			case 0 < d && d < minDuration:
				errs = append(errs, fmt.Errorf(`%s: %s is too short: a number needs a unit, such as "15s"`, path, d))
			}
			continue
		}
		if value = reach(value); value.Kind() != reflect.Struct {
			continue
		}
		if !IsSquashed(field) {
			path += confmap.KeyDelimiter
		}
		_, validates := reflect.TypeAssert[confmap.Validator](value.Addr())
		errs = append(errs, durationProblems(path, value, !validates)...)
	}
	return errs
}

// reach is the value behind pointers and inside an optional section; the zero reflect.Value when there is none.
func reach(value reflect.Value) reflect.Value {
	for {
		switch {
		case value.Kind() == reflect.Pointer:
			value = value.Elem()
		case value.IsValid() && IsOptional(value.Type()):
			value = value.Addr().MethodByName("Get").Call(nil)[0]
		default:
			return value
		}
	}
}
