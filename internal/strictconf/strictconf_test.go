package strictconf

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
)

// section is like the configuration of a component with an HTTP client.
type section struct {
	Name   string                           `mapstructure:"name"`
	Client client                           `mapstructure:",squash"`
	Inner  inner                            `mapstructure:"inner"`
	Lists  []inner                          `mapstructure:"lists"`
	Off    configoptional.Optional[subject] `mapstructure:"off"`
	hidden string
}

func (s *section) Unmarshal(conf *confmap.Conf) error { return Unmarshal(conf, s) }

// client is like the HTTP client of the Collector: it may be squashed, so it passes over keys that it does not know.
type client struct {
	URL     string `mapstructure:"url,omitempty"`
	Deep    deep   `mapstructure:",omitempty,squash"`
	Inner   inner  `mapstructure:"client_inner"`
	decoded int
}

func (c *client) Unmarshal(conf *confmap.Conf) error {
	c.decoded++
	return conf.Unmarshal(c, confmap.WithIgnoreUnused())
}

type deep struct {
	Depth int `mapstructure:"depth"`
}

func (d *deep) Unmarshal(conf *confmap.Conf) error {
	return conf.Unmarshal(d, confmap.WithIgnoreUnused())
}

type inner struct {
	Value string `mapstructure:"value"`
}

// subject is a section that is strict by itself.
type subject struct {
	Client client `mapstructure:",squash"`
}

func (s *subject) Unmarshal(conf *confmap.Conf) error { return Unmarshal(conf, s) }

func TestUnmarshal(t *testing.T) {
	t.Parallel()
	s := section{
		Name: "default", Client: client{URL: "default"}, Inner: inner{"default"}, hidden: "default",
		Off: configoptional.Default(subject{client{URL: "default"}}),
	}
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"url": "u", "depth": 1, "client_inner": map[string]any{"value": "c"},
		"lists": []any{map[string]any{"value": "l"}},
		"off":   map[string]any{"depth": 2},
	}).Unmarshal(&s))
	assert.Equal(t, section{
		Name: "default", Client: client{"u", deep{1}, inner{"c"}, 1}, Inner: inner{"default"}, Lists: []inner{{"l"}}, hidden: "default",
		Off: configoptional.Some(subject{client{URL: "default", Deep: deep{2}, decoded: 1}}),
	}, s)
}

func TestNothing(t *testing.T) {
	t.Parallel()
	for _, conf := range []*confmap.Conf{confmap.New(), confmap.NewFromStringMap(nil)} {
		s := section{Name: "default"}
		require.NoError(t, conf.Unmarshal(&s))
		assert.Equal(t, "default", s.Name)
	}
}

// TestUnknownKeys has one in every place. All are named at once, and beside them what is wrong with known keys.
func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	typo := map[string]any{"typo": "x"}
	for name, c := range map[string]struct {
		settings map[string]any
		expected string
	}{
		"at the top":        {typo, "'strictconf.section' has invalid keys: typo"},
		"in a struct":       {map[string]any{"inner": typo}, "'inner' has invalid keys: typo"},
		"in a list":         {map[string]any{"lists": []any{typo}}, "'lists[0]' has invalid keys: typo"},
		"below the squash":  {map[string]any{"client_inner": typo}, "'client_inner' has invalid keys: typo"},
		"in an optional":    {map[string]any{"off": typo}, "'off'"},
		"name of the field": {map[string]any{"Deep": map[string]any{"depth": 1}}, "'strictconf.section' has invalid keys: Deep"},
	} {
		require.ErrorContains(t, confmap.NewFromStringMap(c.settings).Unmarshal(new(section)), c.expected, name)
	}
	err := confmap.NewFromStringMap(map[string]any{"typo": "x", "slip": "x", "depth": "deep"}).Unmarshal(new(section))
	require.ErrorContains(t, err, "'strictconf.section' has invalid keys: slip, typo")
	assert.ErrorContains(t, err, "'depth' expected type 'int'")
}
