package segmentexporter

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
)

// sourceSettings are settings of a source beside its write key.
func sourceSettings(more map[string]any) map[string]any {
	settings := map[string]any{"write_key": "web-key\n"}
	maps.Copy(settings, more)
	return settings
}

// TestDestinations has what a source takes from the exporter, and what it has of its own.
func TestDestinations(t *testing.T) {
	t.Parallel()
	const proxy = "https://proxy.example.com"
	for name, c := range map[string]struct {
		exporter, source map[string]any
		endpoint         string
		region           Region
		tokens           string
		shares           bool
	}{
		"nothing": {nil, nil, "https://api.segment.io", RegionUS, "https://oauth2.segment.io", true},
		"the region of the exporter": {
			map[string]any{"region": "eu"},
			nil,
			"https://events.eu1.segmentapis.com", RegionEU, "https://oauth2.eu1.segmentapis.com", true,
		},
		"the endpoint of the exporter": {map[string]any{"endpoint": proxy}, nil, proxy, "", "https://oauth2.segment.io", true},
		"a region": {
			nil,
			map[string]any{"region": "eu"},
			"https://events.eu1.segmentapis.com", RegionEU, "https://oauth2.eu1.segmentapis.com", false,
		},
		"a region beside an endpoint of the exporter": {
			map[string]any{"endpoint": proxy},
			map[string]any{"region": "eu"},
			"https://events.eu1.segmentapis.com", RegionEU, "https://oauth2.eu1.segmentapis.com", false,
		},
		"the same region beside an endpoint of the exporter": {
			map[string]any{"endpoint": proxy},
			map[string]any{"region": "us"},
			proxy, "", "https://oauth2.segment.io", true,
		},
		"an endpoint": {nil, map[string]any{"endpoint": proxy}, proxy, "", "https://oauth2.segment.io", true},
		"an endpoint of Segment's": {
			nil,
			map[string]any{"endpoint": "https://events.eu1.segmentapis.com"},
			"https://events.eu1.segmentapis.com", RegionEU, "https://oauth2.eu1.segmentapis.com", false,
		},
		"no tokens": {nil, map[string]any{"oauth": map[string]any{"enabled": false}}, "https://api.segment.io", RegionUS, "", true},
		"tokens": {
			nil,
			map[string]any{"oauth": map[string]any{
				"client_id": "web", "key_id": "key", "private_key_file": "key.pem", "endpoint": "https://auth.example.com",
			}},
			"https://api.segment.io", RegionUS, "https://auth.example.com", false,
		},
	} {
		settings := withOAuth(c.exporter, nil)
		settings["sources"] = map[string]any{"web": sourceSettings(c.source)}
		cfg, err := load(settings)
		require.NoError(t, err, name)
		require.Len(t, cfg.destinations(), 2, name)
		d := cfg.destinations()[1]
		endpoint, region := d.url()
		assert.Equal(t, c.endpoint, endpoint, name)
		assert.Equal(t, c.region, region, name)
		if c.tokens == "" {
			assert.Nil(t, d.oauth, name)
		} else {
			assert.Equal(t, c.tokens, d.oauth.ClientConfig.Endpoint, name)
		}
		assert.Equal(t, c.shares, d.sharesTokens, name)
		assert.Equal(t, configopaque.String("web-key"), d.writeKey, name)
		assert.Equal(t, cfg.ownDestination(), cfg.destinations()[0], name)
	}
}

// TestOrderOfDestinations is that of the names, behind the source of write_key if it has one.
func TestOrderOfDestinations(t *testing.T) {
	t.Parallel()
	sources := map[string]any{"web": sourceSettings(nil), "ios": sourceSettings(nil)}
	for key, expected := range map[string][]string{"key": {"", "ios", "web"}, "": {"ios", "web"}} {
		settings := map[string]any{"sources": sources}
		if key != "" {
			settings["write_key"] = key
		}
		cfg, err := loadAlone(settings)
		require.NoError(t, err)
		var names []string
		for _, d := range cfg.destinations() {
			names = append(names, d.name)
		}
		assert.Equal(t, expected, names)
	}
}

// TestInvalidSources has errors that name the source and the key.
func TestInvalidSources(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings map[string]any
		expected string
	}{
		"no key":    {map[string]any{"sources": map[string]any{"web": map[string]any{}}}, "sources::web: write_key: must be set"},
		"nothing":   {map[string]any{"sources": map[string]any{"web": nil}}, "sources::web: write_key: must be set"},
		"empty key": {map[string]any{"sources": map[string]any{"web": map[string]any{"write_key": ""}}}, "sources::web: write_key: is empty; if it comes from an environment variable"},
		"unset key": {map[string]any{"sources": map[string]any{"web": map[string]any{"write_key": nil}}}, "sources::web: write_key: is empty; if it comes from an environment variable"},
		"quoted key": {
			map[string]any{"sources": map[string]any{"web": map[string]any{"write_key": `"secret"`}}},
			"sources::web: write_key: must be without quotes",
		},
		"unset key of the exporter": {
			map[string]any{"write_key": nil, "sources": map[string]any{"web": sourceSettings(nil)}},
			"write_key: is empty; if it comes from an environment variable",
		},
		"unknown setting": {
			map[string]any{"sources": map[string]any{"web": sourceSettings(map[string]any{"timeout": "1s"})}},
			"has invalid keys: timeout",
		},
		"unknown region": {
			map[string]any{"sources": map[string]any{"web": sourceSettings(map[string]any{"region": "ap"})}},
			`unknown region "ap": must be us or eu`,
		},
		"endpoint of another region": {
			map[string]any{"sources": map[string]any{"web": sourceSettings(map[string]any{"region": "us", "endpoint": "https://events.eu1.segmentapis.com"})}},
			"sources::web::endpoint: is the one of region eu, but the region is us",
		},
		"endpoint with the path": {
			map[string]any{"sources": map[string]any{"web": sourceSettings(map[string]any{"endpoint": "https://proxy.example.com/v1/batch"})}},
			"sources::web: endpoint: must not end in /v1/batch",
		},
		"tokens of another region": {
			withOAuth(map[string]any{"sources": map[string]any{"web": sourceSettings(map[string]any{"region": "eu"})}},
				map[string]any{"endpoint": "https://oauth2.segment.io"}),
			"oauth::endpoint of sources::web: is the one of region us, but the region is eu",
		},
		"oauth without settings": {
			map[string]any{"sources": map[string]any{"web": sourceSettings(map[string]any{"oauth": map[string]any{}})}},
			"sources::web::oauth: client_id: must be set",
		},
		"oauth beside a header": {
			map[string]any{
				"headers": map[string]any{"authorization": "x"},
				"sources": map[string]any{"web": sourceSettings(withOAuth(nil, nil))},
			},
			"headers::authorization: must not be set beside oauth",
		},
		"compression of one that goes to Segment": {
			map[string]any{"endpoint": "https://proxy.example.com", "compression": "zstd", "sources": map[string]any{"web": sourceSettings(map[string]any{"region": "eu"})}},
			"compression: Segment does not take zstd",
		},
		"blank name": {map[string]any{"sources": map[string]any{" ": sourceSettings(nil)}}, `sources: " " cannot be a name`},
		"a key only": {map[string]any{"sources": map[string]any{"web": "secret"}}, "sources"},
	} {
		_, err := loadAlone(c.settings)
		require.ErrorContains(t, err, c.expected, name)
		assert.NotContains(t, err.Error(), "secret", name)
	}
}
