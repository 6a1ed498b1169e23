package record

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/translate"
)

func TestChannelAndAddress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, context, batchContext string
		path                        translate.Channel
		channel, expected           string
	}{
		{"server", `{}`, `{}`, translate.Server, "server", `{}`},
		{"client", `{"ip":null}`, `{}`, translate.Client, "client", `{"ip": "0.0.0.0"}`},
		{"client without a context", `null`, `null`, translate.Client, "client", `{"ip": "0.0.0.0"}`},
		{"client with an address", `{"ip":"1.2.3.4"}`, `{}`, translate.Client, "client", `{"ip": "1.2.3.4"}`},
		{"client with an address in the batch", `{"a":1}`, `{"ip":"1.2.3.4"}`, translate.Client, "client", `{"a": 1}`},
		{"library", `{"library":{"name":"analytics-ios"}}`, `{}`, translate.Server, "client", `{"library": {"name": "analytics-ios"}, "ip": "0.0.0.0"}`},
		{"library of a server", `{"library":{"name":"analytics-php"}}`, `{}`, translate.Client, "client", `{"library": {"name": "analytics-php"}, "ip": "0.0.0.0"}`},
		{"library of the batch", `{}`, `{"library":{"name":"analytics-android"}}`, translate.Server, "client", `{"ip": "0.0.0.0"}`},
		{"direct", `{"direct":true,"ip":""}`, `{}`, translate.Server, "client", `{"ip": "0.0.0.0"}`},
		{"direct in the batch", `{}`, `{"direct":true}`, translate.Server, "client", `{"ip": "0.0.0.0"}`},
		{"direct twice", `{"direct":true,"direct":"x"}`, `{}`, translate.Server, "server", `{}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body := `{"context":` + tt.batchContext + `,"batch":[{"type":"track","context":` + tt.context + `}]}`
			r, err := Batch([]byte(body), Options{Channel: tt.path, Address: "0.0.0.0"})
			require.NoError(t, err)
			v, ok := onlyRecord(t, &r).Attributes().Get("segment.context")
			require.True(t, ok)
			assert.Equal(t, tt.expected, formatValue(v))
			scope := r.Logs.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Attributes()
			channel, _ := scope.Get("segment.channel")
			assert.Equal(t, tt.channel, channel.Str())
			common, ok := scope.Get("segment.context")
			assert.False(t, ok && strings.Contains(formatValue(common), "direct"))
		})
	}
}
