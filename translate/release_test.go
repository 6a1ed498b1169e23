package translate

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

// TestReleaseLetsGoOfTheLogs finds nothing of the logs in the memory that an encoder keeps, also behind the end of a slice.
func TestReleaseLetsGoOfTheLogs(t *testing.T) {
	t.Parallel()
	ld := event(t, map[string]any{
		"segment.type": "identify", "segment.properties.a": 1, "segment.context": `{"a":"x"}`, "segment.user_id": "u",
		"segment.integrations": map[string]any{"a": "x"}, "segment.traits": map[string]any{"b": []any{"x"}}, "user.email": "e",
		"log.record.uid": "uid", "session.id": "s", "plan": "pro", "b.c": "x", "segment.group_id": "g", "segment.source": "web", "segment.extra": map[string]any{"e": []any{"x"}},
	})
	for _, attributes := range []pcommon.Map{
		ld.ResourceLogs().At(0).Resource().Attributes(), ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Attributes(),
	} {
		attributes.PutStr("os.name", "iOS")
		attributes.PutStr("segment.context.a.b", "x")
		attributes.PutEmptyMap("segment.context").PutEmptyMap("c").PutStr("d", "x")
		attributes.PutStr("segment.anonymous_id", "x")
	}
	records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	many := records.AppendEmpty()
	recordOf(ld).CopyTo(many)
	for i := range 2 * indexFrom {
		many.Attributes().PutStr(strings.Repeat("m", i+1), "x")
	}
	recordOf(ld).CopyTo(records.AppendEmpty())

	enc := New(NewDefaultConfig(), Source{Name: "web", WriteKey: "k"}).Encoder()
	enc.SetResource(ld.ResourceLogs().At(0).Resource(), "https://schema.example/1")
	enc.SetScope(ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope(), "https://schema.example/2")
	for _, lr := range records.All() {
		_, result := enc.Append(nil, lr)
		assert.Equal(t, Message, result.Outcome)
	}
	before := references(reflect.ValueOf(enc).Elem(), "encoder")
	assert.Greater(t, len(before), 100, "there is something to let go of")
	enc.Release()
	assert.Empty(t, references(reflect.ValueOf(enc).Elem(), "encoder"))
}

// references are the places of what comes from logs: strings that are not empty and values of pdata.
func references(v reflect.Value, place string) []string {
	switch v.Type() {
	case reflect.TypeFor[*Translator](), reflect.TypeFor[stamp](), reflect.TypeFor[map[string]role](), reflect.TypeFor[[]namedRole]():
		// These are of the translator, or kept for the next logs: names of attributes, which are bounded.
		return nil
	case reflect.TypeFor[pcommon.Value](), reflect.TypeFor[pcommon.Resource](), reflect.TypeFor[pcommon.InstrumentationScope]():
		if v.IsZero() {
			return nil
		}
		return []string{place}
	}
	var list []string
	switch v.Kind() {
	case reflect.Struct:
		for field, value := range v.Fields() {
			list = append(list, references(value, place+"."+field.Name)...)
		}
	case reflect.Slice:
		v = v.Slice(0, v.Cap())
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			list = append(list, references(v.Index(i), place+"["+strconv.Itoa(i)+"]")...)
		}
	case reflect.String, reflect.Map:
		if v.Len() > 0 {
			list = append(list, place)
		}
	default:
	}
	return list
}
