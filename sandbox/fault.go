package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"time"
)

// fault is something that goes wrong with requests on demand: they wait, get another answer, or none.
type fault struct {
	ID             uint64            `json:"id"`
	Path           string            `json:"path,omitempty"`   // empty: all uploads
	Source         string            `json:"source,omitempty"` // as sender.label; empty: all
	Status         int               `json:"status,omitempty"`
	Headers        map[string]string `json:"headers,omitempty"`
	Body           string            `json:"body,omitempty"`
	Times          int               `json:"times,omitempty"` // that are left; 0: until it is removed
	Probability    float64           `json:"probability"`
	Latency        latency           `json:"latency,omitempty"`
	DropConnection bool              `json:"drop_connection,omitempty"`
	AfterDelivery  bool              `json:"after_delivery,omitempty"`
	OnlyIfContains string            `json:"only_if_contains,omitempty"`
	Hits           int               `json:"hits"`
}

// latency is a duration that is written like "1.5s".
type latency time.Duration

func (l latency) MarshalText() ([]byte, error) { return []byte(time.Duration(l).String()), nil }

func (l *latency) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil || d <= 0 {
		return errors.New(`latency: must be a duration over 0 like "1.5s"`)
	}
	*l = latency(d)
	return nil
}

// target is what a fault may look at in a request.
type target struct {
	path   string // as it is documented
	source string // as sender.label; empty: it is not known, or the request is for a token
	body   []byte
}

// matches says whether a fault happens to a request, which is a matter of chance in the end.
func (f *fault) matches(t *target) bool {
	return f.matchesPath(t.path) &&
		(f.Source == "" || f.Source == t.source) &&
		(f.OnlyIfContains == "" || bytes.Contains(t.body, []byte(f.OnlyIfContains))) &&
		rand.Float64() < f.Probability
}

// matchesPath compares with a path as it is documented; the path of the fault can have any form.
func (f *fault) matchesPath(path string) bool {
	prefix, all := strings.CutSuffix(f.Path, "*")
	switch {
	case f.Path == "":
		return path != tokenPath
	case all:
		return strings.HasPrefix(path, prefix)
	}
	return path == documentedPath(f.Path)
}

// parseFaults reads a list of faults, and says which of them is wrong and why. sources are the names that are known.
func parseFaults(body []byte, sources []string) ([]fault, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil || list == nil {
		return nil, errors.New(`the body must be a list of faults like [{"status": 429, "times": 3}]`)
	}
	if len(list) > maxFaults {
		return nil, errTooManyFaults
	}
	faults := make([]fault, len(list))
	for i, text := range list {
		var err error
		if faults[i], err = parseFault(text, sources); err != nil {
			return nil, fmt.Errorf("faults[%d]: %w", i, err)
		}
	}
	return faults, nil
}

// parseFault reads one fault. Its id and its hits are ignored, so that a list can be sent back as it was read.
func parseFault(text []byte, sources []string) (fault, error) {
	if !json.Valid(text) {
		return fault{}, errors.New(`the body must be a fault like {"status": 429, "times": 3}`)
	}
	f := fault{Probability: 1}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return fault{}, inWords(err)
	}
	f.ID, f.Hits = 0, 0
	if err := f.validate(sources); err != nil {
		return fault{}, err
	}
	return f, nil
}

// inWords says what is wrong without the names of Go.
func inWords(err error) error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	want, ok := map[reflect.Kind]string{
		reflect.Struct: "an object", reflect.Map: "an object", reflect.Bool: "true or false", reflect.Float64: "a number",
		reflect.Int: "an integer", reflect.Uint64: "an integer",
	}[wrong.Type.Kind()]
	if !ok {
		want = "a string"
	}
	message := "must be " + want + ", not " + withArticle(wrong.Value)
	if wrong.Field != "" {
		message = wrong.Field + ": " + message
	}
	return errors.New(message)
}

func withArticle(noun string) string {
	if noun == "array" || noun == "object" {
		return "an " + noun
	}
	return "a " + noun
}
