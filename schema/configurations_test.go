package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-segment/segmentexporter/receiver"
	"github.com/otel-segment/segmentexporter/sandbox"

	segmentexporter "github.com/otel-segment/segmentexporter"
)

var factories = map[string]component.Factory{
	"exporters":  segmentexporter.NewFactory(),
	"connectors": segmentexporter.NewConnectorFactory(),
	"receivers":  receiver.NewFactory(),
	"extensions": sandbox.NewFactory(),
}

// load decodes and validates the sections of our components as the collector does.
func load(t *testing.T, document any) error {
	t.Helper()
	for kind, factory := range factories {
		components, is := document.(map[string]any)[kind].(map[string]any)
		if !is {
			continue
		}
		for id, section := range components {
			if name, _, _ := strings.Cut(id, "/"); name != factory.Type().String() {
				continue
			}
			config := factory.CreateDefaultConfig()
			values, _ := section.(map[string]any)
			if err := confmap.NewFromStringMap(values).Unmarshal(config); err != nil {
				return err
			}
			if err := confmap.Validate(config); err != nil {
				return err
			}
		}
	}
	return nil
}

// inside puts the settings of a component, YAML, into a configuration.
func inside(component, settings string) string {
	kind, id, _ := strings.Cut(component, " ")
	return kind + ":\n  " + id + ":\n    " + strings.ReplaceAll(settings, "\n", "\n    ")
}

// TestWrong has what neither the schema nor the collector takes.
func TestWrong(t *testing.T) {
	t.Parallel()
	s := compile(t)
	const (
		exporter  = "exporters segment"
		connector = "connectors segment/dead"
		receiver  = "receivers segment/web"
		sandbox   = "extensions segment_sandbox"
		key       = "write_key: key\n"
		source    = key + "sources:\n  web:\n    "
		oauth     = key + "oauth:\n  client_id: c\n  key_id: k\n  private_key_file: f\n  "
	)
	for _, c := range []struct{ component, settings, place, problem string }{
		// Keys.
		{exporter, key + "write_kye: key", "", "write_kye"},
		{connector, key + "Region: us", "", "Region"},
		{receiver, "endpoints: localhost:1", "", "endpoints"},
		{sandbox, "max_message: 1", "", "max_message"},
		{exporter, key + "sending_queue: {size: 1}", "sending_queue", "size"},
		{exporter, key + "sending_queue: {batch: {min: 1}}", "sending_queue::batch", "min"},
		{exporter, key + "retry_on_failure: {max_time: 1h}", "retry_on_failure", "max_time"},
		{exporter, key + "tls: {ca: f}", "tls", "ca"},
		{exporter, key + "compression_params: {levels: 1}", "compression_params", "levels"},
		{exporter, key + "translate: {attributes: {only: [a]}}", "translate::attributes", "only"},
		{exporter, key + "translate: {events: [{match: a, typ: page}]}", "translate::events::0", "typ"},
		{exporter, oauth + "secret: s", "oauth", "secret"},
		{exporter, source + "write_key: k\n    regoin: eu", "sources::web", "regoin"},
		{exporter, source + "write_key: k\n    oauth: {client_id: c, key_id: k, private_key_file: f, scopes: s}", "sources::web::oauth", "scopes"},
		{receiver, "cors: {allowed_origin: ['*']}", "cors", "allowed_origin"},
		{receiver, "client_ip: {ip: fill}", "client_ip", "ip"},
		{receiver, "sources: [{name: web, write_key: k, region: eu}]", "sources::0", "region"},
		{sandbox, "sources: {web: {write_key: k, name: w}}", "sources::web", "name"},
		{sandbox, "oauth: {public_key_file: f, public_key: k}", "oauth", "public_key"},
		// Types.
		{exporter, "write_key: 12", "write_key", "want string"},
		{exporter, key + "sending_queue: {queue_size: many}", "sending_queue::queue_size", "pattern"},
		{exporter, key + "sending_queue: {enabled: yes}", "sending_queue::enabled", "pattern"},
		{exporter, key + "sending_queue: true", "sending_queue", "got boolean"},
		{exporter, key + "translate: {context: {ip: 1}}", "translate::context::ip", "want boolean or string"},
		{exporter, key + "retry_on_failure: {multiplier: two}", "retry_on_failure::multiplier", "pattern"},
		{exporter, key + "headers: {a: 1}", "headers::a", "want string"},
		{exporter, key + "sources: [web]", "sources", "got array"},
		{receiver, "sources: {web: {write_key: k}}", "sources", "got object"},
		{receiver, "max_request_body_size: 4MiB", "max_request_body_size", "pattern"},
		{exporter, key + "proxy_url:", "proxy_url", "got null"},
		{exporter, key + "translate: {scopes: }", "translate::scopes", "got null"},
		// Durations.
		{exporter, key + "timeout: 15", "timeout", "must be 0"},
		{exporter, key + "max_retry_after: 5 minutes", "max_retry_after", "pattern"},
		{exporter, key + "retry_on_failure: {max_elapsed_time: 1d}", "retry_on_failure::max_elapsed_time", "pattern"},
		{exporter, key + "retry_on_failure: {max_interval: -1s}", "retry_on_failure::max_interval", "pattern"},
		{receiver, "read_timeout: 60", "read_timeout", "must be 0"},
		// Values.
		{exporter, key + "region: ap", "region", "must be one of 'us', 'eu'"},
		{exporter, key + "compression: brotli", "compression", "must be one of 'gzip'"},
		{exporter, key + "translate: {attributes: {keys: flat}}", "translate::attributes::keys", "must be one of 'nest', 'keep'"},
		{exporter, key + "translate: {events: [{match: a, type: Track}]}", "translate::events::0::type", "must be one of 'track'"},
		{exporter, key + "sending_queue: {sizer: messages}", "sending_queue::sizer", "must be one of 'items'"},
		{exporter, key + "sending_queue: {batch: {sizer: requests}}", "sending_queue::batch::sizer", "must be one of 'items', 'bytes'"},
		{exporter, key + "sending_queue: {queue_size: 0}", "sending_queue::queue_size", "minimum"},
		{exporter, key + "sending_queue: {num_consumers: 0}", "sending_queue::num_consumers", "minimum"},
		{exporter, key + "sending_queue: {batch: {max_size: -1}}", "sending_queue::batch::max_size", "minimum"},
		{exporter, key + "retry_on_failure: {multiplier: 0.5}", "retry_on_failure::multiplier", "minimum"},
		{exporter, key + "retry_on_failure: {randomization_factor: 2}", "retry_on_failure::randomization_factor", "maximum"},
		{receiver, "clock_skew: on", "clock_skew", "must be one of 'correct', 'off'"},
		{receiver, "client_ip: {mode: show}", "client_ip::mode", "must be one of 'hide'"},
		{receiver, "max_request_body_size: 0", "max_request_body_size", "minimum"},
		{receiver, "path_prefix: segment", "path_prefix", "pattern"},
		{sandbox, "max_messages: 0", "max_messages", "minimum"},
		// What is missing.
		{exporter, "", "", "got null"},
		{exporter, "region: us", "", "missing property 'write_key'"},
		{exporter, "write_key: ''", "write_key", "minLength"},
		{exporter, source + "region: eu", "sources::web", "missing property 'write_key'"},
		{exporter, key + "oauth:", "oauth", "got null"},
		{exporter, key + "oauth: {client_id: c, private_key_file: f}", "oauth", "missing property 'key_id'"},
		{exporter, key + "oauth: {client_id: c, key_id: k}", "oauth", "missing property 'private_key_file'"},
		{exporter, key + "translate: {events: [{type: page}]}", "translate::events::0", "missing property 'match'"},
		{receiver, "sources: [{name: web}]", "sources::0", "missing property 'write_key'"},
		{receiver, "settings: {mode: static}", "settings", "missing property 'api_host'"},
		{sandbox, "oauth: {token_lifetime: 1h}", "oauth", "missing property 'public_key_file'"},
		{sandbox, "sources: {web: {}}", "sources::web", "missing property 'write_key'"},
	} {
		document := parse(t, inside(c.component, c.settings))
		require.Error(t, load(t, document), "%s: %s", c.component, c.settings)
		place := strings.Replace(c.component, " ", confmap.KeyDelimiter, 1)
		if c.place != "" {
			place += confmap.KeyDelimiter + c.place
		}
		found := strings.Join(problems(t, s, document), "\n")
		assert.Regexp(t, "(?m)^"+place+": .*"+c.problem, found, "%s: %s", c.component, c.settings)
	}
}

// TestWrongSections has what the collector refuses at the top, with "has invalid keys".
func TestWrongSections(t *testing.T) {
	t.Parallel()
	s := compile(t)
	for _, text := range []string{"exporter:\n  segment: {write_key: k}", "common: &common {write_key: k}\nexporters:\n  segment: *common"} {
		section, _, _ := strings.Cut(text, ":")
		assert.Contains(t, strings.Join(problems(t, s, parse(t, text)), "\n"), "additional properties '"+section+"' not allowed", text)
	}
}

// TestRight has what both take.
func TestRight(t *testing.T) {
	t.Parallel()
	s := compile(t)
	for _, text := range []string{
		"exporters:\n  segment: {write_key: k, region: EU, compression: none, sending_queue: , retry_on_failure: {max_elapsed_time: 0}}",
		"exporters:\n  segment: {write_key: k, timeout: 1m30s, max_retry_after: 1.5h, compression: '', sending_queue: {queue_size: 100_000, storage: file_storage/x}}",
		"exporters:\n  segment: {write_key: k, oauth: {enabled: false}, translate: {scopes: 'a,b', events: [], context: }}",
		"exporters:\n  segment: {write_key: k, headers: {a: b}}\n  segment/list: {write_key: k, headers: [{name: a, value: b}], tls: , keepalive: {enabled: false}}",
		"exporters:\n  segment: {sources: {web: {write_key: k, region: eu, oauth: {client_id: c, key_id: k, private_key_file: f}}}}",
		"exporters:\n  segment: &base\n    write_key: k\n    region: us\n  segment/eu:\n    <<: *base\n    region: eu\nconnectors:\n  segment/x: *base",
		"receivers:\n  segment:\n  segment/web: {cors: {enabled: false}, client_ip: , settings: {mode: off}, tls: {cert_file: c, key_file: k}}",
		"extensions:\n  segment_sandbox:\n  segment_sandbox/two: {write_keys: [a, b], sources: {}, auth: {authenticator: basicauth}}",
		// What is not ours.
		"exporters:\n  segments: {a: b}\n  otlp: 5\nreceivers:\n  segment2/x: [1]\nextensions:\n  segment: {a: b}\nprocessors:\n  segment: {a: b}\nservice: {a: b}",
	} {
		document := parse(t, text)
		require.NoError(t, load(t, document), text)
		assert.Empty(t, problems(t, s, document), text)
	}
}

// TestReferences puts what the collector replaces into the place of every setting.
func TestReferences(t *testing.T) {
	t.Parallel()
	s := compile(t)
	for _, p := range parts {
		name := p.factory.Type().String()
		definition(t, p).each(nil, func(path []string, _ *schema) {
			for _, value := range []string{"${env:NAME}", "${file:name}", "${NAME:-5}", "before-${env:NAME}"} {
				for _, kind := range p.kinds {
					for _, problem := range problems(t, s, map[string]any{kind: map[string]any{name: wrap(path, value)}}) {
						assert.Contains(t, problem, "missing propert", "%s: %s", path, value)
					}
				}
			}
		})
	}
}
