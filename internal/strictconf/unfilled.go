package strictconf

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
)

// Unfilled are settings without a value: what is wrong with each, by its path, such as "sending_queue::storage". A
// section with a field of this type keeps those of its own settings in it, and the section around it does not have them.
type Unfilled map[string]string

// TakeUnfilled finds the settings of config, a pointer to a struct, that have no value, and removes them from conf: they would
// be decoded as 0, false or nothing, whatever their defaults are. texts are the paths of settings whose empty text is no value
// either.
func TakeUnfilled(conf *confmap.Conf, config any, texts ...string) Unfilled {
	s := search{texts: texts}
	s.section("", conf, reflect.TypeOf(config).Elem())
	for path := range s.found {
		conf.Delete(path)
	}
	return s.found
}

// Has says whether one of the settings is unfilled.
func (u Unfilled) Has(paths ...string) bool {
	return slices.ContainsFunc(paths, func(path string) bool { return u[path] != "" })
}

// Without leaves out those of a section, which is switched off, so that they are no problem.
func (u Unfilled) Without(section string) Unfilled {
	rest := maps.Clone(u)
	maps.DeleteFunc(rest, func(path, _ string) bool { return strings.HasPrefix(path, section+confmap.KeyDelimiter) })
	return rest
}

// Err reports all of them, one a line, and is nil when there is none.
func (u Unfilled) Err() error {
	var errs []error
	for _, path := range slices.Sorted(maps.Keys(u)) {
		errs = append(errs, fmt.Errorf("%s: %s", path, u[path]))
	}
	return errors.Join(errs...)
}

type search struct {
	texts []string
	found Unfilled
}

func (s *search) section(prefix string, conf *confmap.Conf, t reflect.Type) {
	for field := range t.Fields() {
		switch key := KeyOf(field); {
		case !field.IsExported():
		case IsSquashed(field):
			s.section(prefix, conf, field.Type)
		case conf.IsSet(key):
			s.setting(prefix, conf, key, bareType(field.Type))
		}
	}
}

func (s *search) setting(prefix string, conf *confmap.Conf, key string, t reflect.Type) {
	path := prefix + key
	switch value := conf.Get(key).(type) {
	case nil:
		if isValue(t) {
			s.add(path, empty)
		}
	case string:
		if strings.TrimSpace(value) == "" && slices.Contains(s.texts, path) {
			s.add(path, empty)
		} else if problem := unreplaced(value, t == reflect.TypeFor[configopaque.String]()); problem != "" {
			s.add(path, problem)
		}
	case map[string]any:
		// The value itself can hold what a variable or a file was replaced with, which only a Conf understands.
		sub, err := conf.Sub(key)
		switch {
		case err != nil || keepsUnfilled(t):
		case t.Kind() == reflect.Struct:
			s.section(path+confmap.KeyDelimiter, sub, t)
		case t.Kind() == reflect.Map:
			for name := range value {
				s.setting(path+confmap.KeyDelimiter, sub, name, bareType(t.Elem()))
			}
		default:
			for name := range value {
				s.setting(path+confmap.KeyDelimiter, sub, name, reflect.TypeFor[configopaque.String]())
			}
		}
	case []any:
		if t.Kind() == reflect.Slice {
			s.list(path, value, bareType(t.Elem()))
		}
	}
}

// list looks into the sections of a list. Texts in a list are left to the validation of the component, which knows whether
// they may be empty.
func (s *search) list(path string, list []any, t reflect.Type) {
	for i, element := range list {
		if section, is := element.(map[string]any); is && t.Kind() == reflect.Struct {
			s.section(fmt.Sprintf("%s[%d]%s", path, i, confmap.KeyDelimiter), confmap.NewFromStringMap(section), t)
		}
	}
}

func (s *search) add(path, problem string) {
	if s.found == nil {
		s.found = Unfilled{}
	}
	s.found[path] = problem
}

func keepsUnfilled(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for field := range t.Fields() {
		if field.Type == reflect.TypeFor[Unfilled]() {
			return true
		}
	}
	return false
}

const empty = "is empty; if it comes from an environment variable, that one is not set or empty " +
	"(the collector logs its name when it starts)"

// References to variables that an error may show: escaped has no default value, which could be a secret, and bare is in capitals
// and used only for settings that are no secret.
var (
	escaped = regexp.MustCompile(`^\$\{(env:)?\w+\}$`)
	bare    = regexp.MustCompile(`^\$([A-Z_][A-Z0-9_]*)$`)
)

// unreplaced says which variable a value still refers to instead of having its content, "" for none.
func unreplaced(value string, secret bool) string {
	value = strings.TrimSpace(value)
	if escaped.MatchString(value) {
		return fmt.Sprintf("holds the text %s, not the value of the variable; a reference has one $", value)
	}
	if name := bare.FindStringSubmatch(value); name != nil && !secret {
		return fmt.Sprintf("holds the text %s, not the value of the variable; write ${env:%s}", value, name[1])
	}
	return ""
}
