package segmentexporter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRegions has where the tokens come from in the region of the uploads.
func TestRegions(t *testing.T) {
	t.Parallel()
	const us, eu = "https://oauth2.segment.io", "https://oauth2.eu1.segmentapis.com"
	for name, c := range map[string]struct {
		settings map[string]any
		region   Region
		server   string
	}{
		"nothing":               {nil, RegionUS, us},
		"capitals":              {map[string]any{"region": "EU"}, RegionEU, eu},
		"white space":           {map[string]any{"region": " Us\n"}, RegionUS, us},
		"endpoint of the US":    {map[string]any{"endpoint": "https://api.segment.io"}, RegionUS, us},
		"endpoint of the EU":    {map[string]any{"endpoint": "https://EVENTS.eu1.segmentapis.com:443/"}, RegionEU, eu},
		"both":                  {map[string]any{"endpoint": "https://events.eu1.segmentapis.com", "region": "eu"}, RegionEU, eu},
		"another server":        {map[string]any{"endpoint": "https://segment.example", "region": "eu"}, RegionEU, eu},
		"Segment behind a port": {map[string]any{"endpoint": "https://events.eu1.segmentapis.com:8443"}, RegionUS, us},
	} {
		cfg, err := load(withOAuth(c.settings, nil))
		require.NoError(t, err, name)
		assert.Equal(t, c.region, cfg.Region, name)
		assert.Equal(t, c.server, cfg.ownDestination().oauth.ClientConfig.Endpoint, name)
	}
}

// TestRegionOfTheTokens is that of the uploads, behind a server of the user's own.
func TestRegionOfTheTokens(t *testing.T) {
	t.Parallel()
	const tokens = "https://oauth2.eu1.segmentapis.com"
	for _, endpoint := range []any{"https://segment.example", "https://events.eu1.segmentapis.com"} {
		cfg, err := load(withOAuth(map[string]any{"endpoint": endpoint}, map[string]any{"endpoint": tokens}))
		require.NoError(t, err)
		assert.Equal(t, RegionEU, cfg.Region)
	}
}

func TestRegionsRefused(t *testing.T) {
	t.Parallel()
	const us, eu = "https://api.segment.io", "https://events.eu1.segmentapis.com"
	for name, c := range map[string]struct {
		settings map[string]any
		expected string
	}{
		"US, not EU": {
			map[string]any{"region": "eu", "endpoint": us},
			"endpoint: is the one of region us, but the region is eu; leave it out, or set region to us",
		},
		"EU, not US": {
			map[string]any{"region": "us", "endpoint": "https://Events.EU1.segmentapis.com:443/"},
			"endpoint: is the one of region eu, but the region is us; leave it out, or set region to eu",
		},
		"tokens of the EU": {
			withOAuth(map[string]any{"region": "us"}, map[string]any{"endpoint": "https://oauth2.eu1.segmentapis.com/token"}),
			"oauth::endpoint: is the one of region eu, but the region is us; leave it out, or set region to eu",
		},
		"tokens of the US": {
			withOAuth(map[string]any{"endpoint": eu}, map[string]any{"endpoint": "https://oauth2.segment.io"}),
			"oauth::endpoint: is the one of region us, but the region is eu; leave it out, or set region to us",
		},
		"compression": {
			map[string]any{"compression": "zstd"},
			"compression: Segment does not take zstd, only gzip or none",
		},
		"compression for an endpoint": {
			map[string]any{"compression": "snappy", "endpoint": eu},
			"compression: Segment does not take snappy, only gzip or none",
		},
	} {
		_, err := load(c.settings)
		assert.EqualError(t, err, c.expected, name)
	}
}

// TestCompressionForSegment is everything that it takes.
func TestCompressionForSegment(t *testing.T) {
	t.Parallel()
	for _, compression := range []string{"gzip", "none", ""} {
		_, err := load(map[string]any{"compression": compression})
		assert.NoError(t, err, compression)
	}
}
