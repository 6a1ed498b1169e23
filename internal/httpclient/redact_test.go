package httpclient

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	client := confighttp.NewDefaultClientConfig()
	client.Headers = configopaque.MapList{{Name: "X-Token", Value: `Token "SECRET"`}, {Name: "X-Team", Value: "abc"}}
	client.ProxyURL = "http://user:SECRET-password@proxy:3128"
	r := NewRedacter(client, "known-SECRET", "")
	for _, words := range []string{
		"known-SECRET", "SECRET-password", `"SECRET"`, `{\"got\":\"Token \\\"SECRET\\\"\"}`, "sent-SECRET", `sent \"SECRET\"`,
	} {
		redacted := r.Redact("it said "+words+" in abc", "sent-SECRET", `sent "SECRET"`, "")
		assert.NotContains(t, redacted, "SECRET", words)
		assert.Contains(t, redacted, "in abc", "too short to be a secret")
	}
}

func TestPrintableAndShort(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "a [31mb c é", Printable("a\x1b[31mb\nc é"))
	assert.Equal(t, "short", Shorten("short"))
	assert.Equal(t, "x"+strings.Repeat("é", 127)+"…", Shorten("x"+strings.Repeat("é", 200)))
}
