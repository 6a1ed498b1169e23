package record_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/record"
	"github.com/otel-segment/segmentexporter/translate"
)

var received = time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC)

// TestMessagesStayTheSame makes records of messages and messages of the records again.
func TestMessagesStayTheSame(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2_000) {
		checkRoundTrip(t, newGenerator(seed).message())
	}
}

// FuzzMessagesStayTheSame does so with messages that have values of the fuzzer in them.
func FuzzMessagesStayTheSame(f *testing.F) {
	for i, value := range []string{
		`{}`, `[]`, `null`, `-0`, `1e400`, `18446744073709551615`, `"\ud800"`, `{"":{"a.b":[null,{}]}}`, `2.0`, `{"a":1,"a":2}`, `"\u2028<&>"`,
	} {
		f.Add(uint64(i), []byte(value))
	}
	f.Fuzz(func(t *testing.T, seed uint64, value []byte) {
		if !json.Valid(value) || bytes.Count(value, []byte("[")) > 50 || bytes.Count(value, []byte("{")) > 50 || len(value) > 4_000 {
			return
		}
		g := newGenerator(seed)
		g.value = string(value)
		checkRoundTrip(t, g.message())
	})
}

func checkRoundTrip(t *testing.T, message string) {
	t.Helper()
	result, err := record.Batch([]byte(`{"batch":[`+message+`]}`), record.Options{Received: received})
	require.NoError(t, err, message)
	require.Equal(t, 1, result.Logs.LogRecordCount(), message)
	actual := translateOne(t, result.Logs)
	require.Equal(t, expectedMessage(t, message), normalize(decode(t, actual)), "%s\nbecame\n%s", message, actual)

	// The same when it comes back as a dead letter.
	logs := plog.NewLogs()
	scope := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	channel, err := record.Put(scope.LogRecords().AppendEmpty(), actual)
	require.NoError(t, err)
	record.MarkScope(scope.Scope(), channel)
	require.JSONEq(t, string(actual), string(translateOne(t, logs)))
}

func translateOne(t *testing.T, logs plog.Logs) []byte {
	t.Helper()
	enc := translate.New(translate.NewDefaultConfig(), translate.Source{WriteKey: "k"}).Encoder()
	defer enc.Release()
	rl := logs.ResourceLogs().At(0)
	// What processors add says nothing about a message that is complete.
	rl.Resource().Attributes().PutStr("service.name", "gateway")
	rl.Resource().Attributes().PutStr("os.name", "Android")
	enc.SetResource(rl.Resource(), rl.SchemaUrl())
	sl := rl.ScopeLogs().At(0)
	enc.SetScope(sl.Scope(), sl.SchemaUrl())
	lr := sl.LogRecords().At(0)
	lr.SetTraceID([16]byte{1})
	lr.Attributes().PutStr("user.id", "processor")
	message, outcome := enc.Append(nil, lr)
	require.Equal(t, translate.Message, outcome.Outcome)
	return message
}

func decode(t *testing.T, message []byte) map[string]any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(message))
	dec.UseNumber()
	var m map[string]any
	require.NoError(t, dec.Decode(&m))
	return m
}

// expectedMessage is a message with all that differs when it has been a record.
func expectedMessage(t *testing.T, message string) any {
	t.Helper()
	m := decode(t, []byte(message))
	typ := strings.ToLower(strings.TrimSpace(m["type"].(string)))
	m["type"] = typ
	for _, key := range []string{"sentAt", "writeKey", "receivedAt", "originalTimestamp", "projectId"} {
		delete(m, key)
	}
	at := received
	if s, ok := m["timestamp"].(string); ok {
		var err error
		at, err = time.Parse(time.RFC3339, s)
		require.NoError(t, err)
	}
	m["timestamp"] = at.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.000Z")
	texts := []string{"userId", "anonymousId", "messageId"}
	objects := []string{"context", "integrations"}
	switch typ {
	case "track":
		objects = append(objects, "properties")
	case "page", "screen":
		texts, objects = append(texts, "name", "category"), append(objects, "properties")
	case "group":
		texts, objects = append(texts, "groupId"), append(objects, "traits")
	case "identify":
		objects = append(objects, "traits")
	case "alias":
		texts = append(texts, "previousId")
	}
	for _, key := range texts {
		switch v := m[key].(type) {
		case json.Number:
			m[key] = v.String()
		case nil:
			delete(m, key)
		case string:
			if v == "" {
				delete(m, key)
			}
		}
	}
	for _, key := range objects {
		switch v := m[key].(type) {
		case []any:
			m[key] = map[string]any{}
		case nil:
			delete(m, key)
		case map[string]any:
			if key == "context" {
				delete(v, "direct")
			}
		}
	}
	return normalize(m)
}

// number is a number in one form, whichever of its forms was written.
type number string

// normalize gives equal numbers the same form, and those that records cannot have that of a string.
func normalize(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = normalize(member)
		}
		return v
	case []any:
		for i, element := range v {
			v[i] = normalize(element)
		}
		return v
	case json.Number:
		return normalizeNumber(v.String())
	default:
		return v
	}
}

func normalizeNumber(s string) any {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return number(strconv.FormatInt(i, 10))
	}
	f, err := strconv.ParseFloat(s, 64)
	whole := !strings.ContainsAny(s, ".eE")
	if err != nil || whole && strconv.FormatFloat(f, 'f', 0, 64) != s && strconv.FormatFloat(f, 'f', -1, 64) != s {
		return s
	}
	if f == 0 {
		return number("0")
	}
	return number(strconv.FormatFloat(f, 'f', -1, 64))
}
