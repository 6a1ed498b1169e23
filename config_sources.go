package segmentexporter

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/internal/strictconf"
	"github.com/otel-segment/segmentexporter/internal/writekey"
	"github.com/otel-segment/segmentexporter/oauth"
)

// SourceConfig is an entry of `sources`: a Segment source that records can name with `segment.source`. What it leaves out is
// that of the exporter.
type SourceConfig struct {
	// WriteKey is the write key of the source. Required.
	WriteKey configopaque.String `mapstructure:"write_key"`

	// Region is where the workspace of the source lives: us or eu. With another one than the exporter's, the endpoint is
	// Segment's in that region unless Endpoint is set.
	Region Region `mapstructure:"region"`

	// Endpoint is where the uploads of the source go; `/v1/batch` is added to its path.
	Endpoint string `mapstructure:"endpoint"`

	// OAuth is where the access tokens of the source come from.
	OAuth configoptional.Optional[oauth.Config] `mapstructure:"oauth"`

	// withoutOAuth says that `oauth` is there and off: the source uses none of the exporter either.
	withoutOAuth bool

	// unfilled are settings that were there without a value when the section was decoded.
	unfilled strictconf.Unfilled

	// prevent unkeyed literal initialization
	_ struct{}
}

// Unmarshal refuses keys that do not exist, and lets Validate refuse those without a value.
func (c *SourceConfig) Unmarshal(conf *confmap.Conf) error {
	c.OAuth = configoptional.Default(oauth.NewDefaultConfig())
	c.unfilled = strictconf.TakeUnfilled(conf, c, "write_key", "region", "endpoint")
	if err := strictconf.Unmarshal(conf, c); err != nil {
		return err
	}
	c.withoutOAuth = conf.Get("oauth") != nil && !c.OAuth.HasValue()
	return nil
}

// Validate reports every problem that shows in the section itself.
func (c *SourceConfig) Validate() error {
	errs := []error{c.unfilled.Err(), validateEndpoint(c.Endpoint)}
	if !c.unfilled.Has("write_key") {
		errs = append(errs, writekey.Validate(c.WriteKey))
	}
	return errors.Join(errs...)
}

// destination is a Segment source with what it has of its own and what it takes from the exporter.
type destination struct {
	name     string // "" for the source of write_key
	writeKey configopaque.String
	region   Region
	endpoint string // "" for that of the region
	// oauth is the section of the access tokens with its endpoint filled in, nil when uploads need none. sharesTokens says that
	// they are those of the exporter.
	oauth        *oauth.Config
	sharesTokens bool
}

// destinations are the sources in the order of their names. The one of write_key is the first, and is missing when there are
// others and it has no key.
func (c *Config) destinations() []destination {
	var list []destination
	if len(c.Sources) == 0 || writekey.Trim(c.WriteKey) != "" {
		list = append(list, c.ownDestination())
	}
	for _, name := range slices.Sorted(maps.Keys(c.Sources)) {
		source := c.Sources[name]
		list = append(list, c.destination(name, &source))
	}
	return list
}

func (c *Config) ownDestination() destination {
	return destination{
		writeKey:     writekey.Trim(c.WriteKey),
		region:       c.Region,
		endpoint:     c.ClientConfig.Endpoint,
		oauth:        c.Region.fillIn(c.OAuth),
		sharesTokens: true,
	}
}

func (c *Config) destination(name string, source *SourceConfig) destination {
	d := c.ownDestination()
	d.name, d.writeKey = name, writekey.Trim(source.WriteKey)
	if region, known := regionOf(source.Endpoint, Region.endpoint); known {
		d.region = region
	}
	if source.Region != "" {
		d.region = source.Region
	}
	if source.Endpoint != "" || d.region != c.Region {
		d.endpoint = source.Endpoint
	}
	section := c.OAuth
	if source.OAuth.HasValue() || source.withoutOAuth {
		section = source.OAuth
	}
	d.oauth = d.region.fillIn(section)
	d.sharesTokens = !source.OAuth.HasValue() && d.region == c.Region
	return d
}

// url is where the uploads go, and region the region of Segment that this is in, "" for a server of the user's own.
func (d *destination) url() (endpoint string, region Region) {
	endpoint = d.endpoint
	if endpoint == "" {
		endpoint = d.region.endpoint()
	}
	region, _ = regionOf(endpoint, Region.endpoint)
	return endpoint, region
}

// validateSources reports what is wrong with the names, and what does not go together with the rest of the exporter.
func (c *Config) validateSources() error {
	var errs []error
	for _, d := range c.destinations() {
		if d.name == "" {
			continue
		}
		prefix := "sources" + confmap.KeyDelimiter + d.name + confmap.KeyDelimiter
		source := c.Sources[d.name]
		errs = append(errs, checkRegion(prefix+"endpoint", source.Endpoint, d.region, Region.endpoint))
		if d.oauth != nil {
			key := "oauth::endpoint of sources::" + d.name
			if source.OAuth.HasValue() {
				key = prefix + "oauth::endpoint"
			}
			errs = append(errs, checkRegion(key, d.oauth.ClientConfig.Endpoint, d.region, Region.authorizationServer))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Sources)) {
		if name == "" || name != strings.TrimSpace(name) || strings.ContainsFunc(name, unicode.IsControl) {
			errs = append(errs, fmt.Errorf("sources: %q cannot be a name: it must not be empty, and have no white space around it "+
				"or control characters in it", name))
		}
	}
	return errors.Join(errs...)
}

func validateEndpoint(endpoint string) error {
	err := httpclient.ValidateEndpoint(endpoint, "/v1/batch", "the write key goes into write_key")
	if err == nil && strings.HasSuffix(strings.TrimRight(endpoint, "/"), "/v1/batch") {
		return errors.New("endpoint: must not end in /v1/batch, which is added to its path")
	}
	return err
}
