package segmentexporter

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"go.opentelemetry.io/collector/config/configcompression"
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

// hostOf is the server of a URL, "" when it is none.
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

// validateRegion finds endpoints of another region. Its servers take everything, and it never appears.
func (c *Config) validateRegion() error {
	err := c.checkRegion("endpoint", c.ClientConfig.Endpoint, Region.endpoint)
	if !c.OAuth.HasValue() {
		return err
	}
	return errors.Join(err, c.checkRegion("oauth::endpoint", c.OAuth.Get().ClientConfig.Endpoint, Region.authorizationServer))
}

func (c *Config) checkRegion(key, endpoint string, server func(Region) string) error {
	if region, known := regionOf(endpoint, server); known && region != c.Region {
		return fmt.Errorf("%s: is the one of region %s, but the region is %s; leave it out, or set region to %s",
			key, region, c.Region, region)
	}
	return nil
}

// validateCompression finds what Segment answers with errors that do not say why.
func (c *Config) validateCompression() error {
	compression := c.ClientConfig.Compression
	if !compression.IsCompressed() || compression == configcompression.TypeGzip {
		return nil
	}
	if _, known := regionOf(c.ClientConfig.Endpoint, Region.endpoint); known || c.ClientConfig.Endpoint == "" {
		return fmt.Errorf("compression: Segment does not take %s, only gzip or none", compression)
	}
	return nil
}
