package segmentexporter

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otel-segment/segmentexporter/oauth"
)

// Region is where a Segment workspace lives.
type Region string

const (
	// RegionUS is the default region, in Oregon.
	RegionUS Region = "us"
	// RegionEU is the region in Dublin.
	RegionEU Region = "eu"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Region) UnmarshalText(text []byte) error {
	switch region := Region(strings.ToLower(strings.TrimSpace(string(text)))); region {
	case RegionUS, RegionEU:
		*r = region
		return nil
	default:
		return fmt.Errorf("unknown region %q: must be us or eu", text)
	}
}

// endpoint is the base URL of the tracking API of the region.
func (r Region) endpoint() string {
	if r == RegionEU {
		return "https://events.eu1.segmentapis.com"
	}
	return "https://api.segment.io"
}

// authorizationServer is the base URL of where the access tokens of the region come from.
func (r Region) authorizationServer() string {
	if r == RegionEU {
		return "https://oauth2.eu1.segmentapis.com"
	}
	return "https://oauth2.segment.io"
}

// regionOf is the region whose server a URL is of, which is not known when the server is not Segment's.
func regionOf(endpoint string, server func(Region) string) (region Region, known bool) {
	for _, region := range []Region{RegionUS, RegionEU} {
		if hostOf(endpoint) == hostOf(server(region)) {
			return region, true
		}
	}
	return "", false
}

// hostOf is the host of a URL in lower case, with its port unless that is 443; "" for a text that is no URL.
func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Host), ":443")
}

// inferRegion takes the region from the servers of Segment that are named, for a user who has not set it.
func (c *Config) inferRegion() {
	if region, known := regionOf(c.ClientConfig.Endpoint, Region.endpoint); known {
		c.Region = region
	} else if c.OAuth.HasValue() {
		if region, known := regionOf(c.OAuth.Get().ClientConfig.Endpoint, Region.authorizationServer); known {
			c.Region = region
		}
	}
}

// fillIn is an oauth section with the endpoint filled in, nil when it is off. The endpoint of the exporter has no say in it:
// a proxy in front of the tracking API gives out no tokens.
func (r Region) fillIn(section configoptional.Optional[oauth.Config]) *oauth.Config {
	if !section.HasValue() {
		return nil
	}
	filled := *section.Get()
	if filled.ClientConfig.Endpoint == "" {
		filled.ClientConfig.Endpoint = r.authorizationServer()
	}
	return &filled
}

// validateRegion finds endpoints of another region. Its servers take everything, and it never appears.
func (c *Config) validateRegion() error {
	err := checkRegion("endpoint", c.ClientConfig.Endpoint, c.Region, Region.endpoint)
	if !c.OAuth.HasValue() {
		return err
	}
	return errors.Join(err, checkRegion("oauth::endpoint", c.OAuth.Get().ClientConfig.Endpoint, c.Region, Region.authorizationServer))
}

func checkRegion(key, endpoint string, region Region, server func(Region) string) error {
	if actual, known := regionOf(endpoint, server); known && actual != region {
		return fmt.Errorf("%s: is the one of region %s, but the region is %s; leave it out, or set region to %s",
			key, actual, region, actual)
	}
	return nil
}

// validateCompression refuses compressions that Segment does not take: it answers them with errors that do not say why.
func (c *Config) validateCompression() error {
	compression := c.ClientConfig.Compression
	if !compression.IsCompressed() || compression == configcompression.TypeGzip {
		return nil
	}
	for _, d := range c.destinations() {
		if _, region := d.url(); region != "" {
			return fmt.Errorf("compression: Segment does not take %s, only gzip or none", compression)
		}
	}
	return nil
}
