package main

import (
	"reflect"

	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	segmentexporter "github.com/otel-segment/segmentexporter"
	"github.com/otel-segment/segmentexporter/oauth"
	"github.com/otel-segment/segmentexporter/receiver"
	"github.com/otel-segment/segmentexporter/sandbox"
	"github.com/otel-segment/segmentexporter/translate"
)

// namesOf are the values of types whose constants are no texts.
var namesOf = map[reflect.Type][]string{
	reflect.TypeFor[translate.Type]():                  {"track", "identify", "page", "screen", "group", "alias"},
	reflect.TypeFor[exporterhelper.RequestSizerType](): {"items", "bytes", "requests"},
}

// constraints are what the code says in Validate methods, of which a schema can be made: a single value, or what must be there.
var constraints = map[reflect.Type]func(*schema){
	reflect.TypeFor[segmentexporter.Config](): func(s *schema) {
		s.AnyOf = []*schema{{Required: []string{"write_key"}}, {Required: []string{"sources"}}}
		s.Properties["write_key"].MinLength = 1
		anyCase(s.Properties["region"])
	},
	reflect.TypeFor[segmentexporter.SourceConfig](): func(s *schema) {
		s.Required = []string{"write_key"}
		s.Properties["write_key"].MinLength = 1
		anyCase(s.Properties["region"])
	},
	reflect.TypeFor[oauth.Config](): func(s *schema) {
		s.Required = []string{"client_id", "key_id"}
		s.AnyOf = []*schema{{Required: []string{"private_key_file"}}, {Required: []string{"private_key"}}}
		s.Properties["client_id"].MinLength = 1
		s.Properties["key_id"].MinLength = 1
	},
	reflect.TypeFor[translate.EventConfig](): func(s *schema) {
		s.Required = []string{"match"}
		s.Properties["match"].MinLength = 1
	},
	reflect.TypeFor[exporterhelper.QueueBatchConfig](): func(s *schema) {
		s.Properties["queue_size"].Minimum = new(1.0)
		s.Properties["num_consumers"].Minimum = new(1.0)
	},
	reflect.TypeFor[exporterhelper.BatchConfig](): func(s *schema) {
		s.Properties["min_size"].Minimum = new(0.0)
		s.Properties["max_size"].Minimum = new(0.0)
		s.Properties["sizer"].AnyOf[0].Enum = []string{"items", "bytes"}
	},
	reflect.TypeFor[configretry.BackOffConfig](): func(s *schema) {
		s.Properties["multiplier"].Minimum = new(1.0)
		s.Properties["randomization_factor"].Minimum = new(0.0)
		s.Properties["randomization_factor"].Maximum = new(1.0)
	},
	reflect.TypeFor[configauth.Config](): func(s *schema) { s.Required = []string{"authenticator"} },
	reflect.TypeFor[receiver.Config](): func(s *schema) {
		s.Properties["max_request_body_size"].Minimum = new(1.0)
		s.Properties["path_prefix"].Pattern = `^$|^/[^?#% ]*$|` + reference
		s.Properties["path_prefix"].PatternErrorMessage = "must begin with / and have no ?, #, % or space in it"
	},
	reflect.TypeFor[receiver.SourceConfig](): func(s *schema) {
		s.Required = []string{"name", "write_key"}
		s.Properties["name"].MinLength = 1
		s.Properties["write_key"].MinLength = 1
	},
	reflect.TypeFor[receiver.SettingsConfig](): func(s *schema) {
		s.If = &schema{
			Properties: map[string]*schema{"mode": {Enum: []string{"static", "upstream"}}},
			Required:   []string{"mode"},
		}
		s.Then = &schema{Required: []string{"api_host"}}
	},
	reflect.TypeFor[sandbox.Config](): func(s *schema) { s.Properties["max_messages"].Minimum = new(1.0) },
	reflect.TypeFor[sandbox.SourceConfig](): func(s *schema) {
		s.Required = []string{"write_key"}
		s.Properties["write_key"].MinLength = 1
	},
	reflect.TypeFor[sandbox.OAuthConfig](): func(s *schema) {
		s.Required = []string{"public_key_file"}
		s.Properties["public_key_file"].MinLength = 1
	},
}

// anyCase lets regions be in capitals too, which are not proposed.
func anyCase(region *schema) {
	region.AnyOf[1].Pattern = `^\s*([uU][sS]|[eE][uU])\s*$|` + reference
}
