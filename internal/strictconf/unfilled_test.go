package strictconf

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
)

// settings have one of each kind.
type settings struct {
	Name    string                             `mapstructure:"name"`
	Text    configopaque.String                `mapstructure:"text"`
	Switch  bool                               `mapstructure:"switch"`
	Number  float64                            `mapstructure:"number"`
	ID      *component.ID                      `mapstructure:"id"`
	Names   []string                           `mapstructure:"names"`
	Client  client                             `mapstructure:",squash"`
	Headers configopaque.MapList               `mapstructure:"headers"`
	Map     map[string]string                  `mapstructure:"map"`
	Lists   []inner                            `mapstructure:"lists"`
	Section inner                              `mapstructure:"section"`
	Off     configoptional.Optional[inner]     `mapstructure:"off"`
	Keeper  configoptional.Optional[keeper]    `mapstructure:"keeper"`
	Deeper  *configoptional.Optional[settings] `mapstructure:"deeper"`
}

type keeper struct {
	Name string `mapstructure:"name"`
	_    Unfilled
}

func TestUnfilled(t *testing.T) {
	t.Parallel()
	in := func(section string, settings any) map[string]any { return map[string]any{section: settings} }
	for name, c := range map[string]struct {
		settings map[string]any
		path     string
		problem  string
	}{
		"a text":                   {in("text", nil), "text", empty},
		"a switch":                 {in("switch", nil), "switch", empty},
		"a number":                 {in("number", nil), "number", empty},
		"an id":                    {in("id", nil), "id", empty},
		"a list":                   {in("names", nil), "names", empty},
		"squashed":                 {in("url", nil), "url", empty},
		"squashed twice":           {in("depth", nil), "depth", empty},
		"in a section":             {in("section", in("value", nil)), "section::value", empty},
		"in an optional section":   {in("off", in("value", nil)), "off::value", empty},
		"in deep sections":         {in("deeper", in("off", in("value", nil))), "deeper::off::value", empty},
		"a header":                 {in("headers", in("X-Team", nil)), "headers::X-Team", empty},
		"in a map":                 {in("map", in("key", nil)), "map::key", empty},
		"a required text":          {in("name", ""), "name", empty},
		"a blank text":             {in("name", " \n"), "name", empty},
		"an escaped variable":      {in("text", "${env:NAME}\n"), "text", "holds the text ${env:NAME}, not the value of the variable; a reference has one $"},
		"an escaped variable, too": {in("text", "${name}"), "text", "holds the text ${name}, not the value of the variable; a reference has one $"},
		"a variable of a shell":    {in("name", "$A_NAME"), "name", "holds the text $A_NAME, not the value of the variable; write ${env:A_NAME}"},
		"in a list":                {in("lists", []any{in("value", "x"), in("value", nil)}), "lists[1]::value", empty},
		"a header in a list":       {in("headers", []any{map[string]any{"name": "X-Team", "value": nil}}), "headers[0]::value", empty},

		"nothing":                     {settings: map[string]any{}},
		"values":                      {settings: map[string]any{"name": "x", "switch": false, "number": 0, "names": []any{}}},
		"a text that may be empty":    {settings: in("text", "")},
		"sections":                    {settings: map[string]any{"section": nil, "off": nil, "headers": nil, "map": nil, "lists": nil}},
		"a section with its own":      {settings: in("keeper", in("name", nil))},
		"an unknown key":              {settings: in("typo", nil)},
		"a section that is none":      {settings: in("section", "x")},
		"a variable and more":         {settings: in("text", "x${env:NAME}")},
		"a default, maybe a secret":   {settings: in("text", "${env:NAME:-secret}")},
		"a secret that begins with $": {settings: in("text", "$secret")},
		"a secret like a variable":    {settings: in("text", "$ABC123")},
		"a header like a variable":    {settings: in("headers", in("X-Key", "$ABC123"))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conf := confmap.NewFromStringMap(c.settings)
			found := TakeUnfilled(conf, new(settings), "name")
			if c.path == "" {
				assert.Nil(t, found)
				assert.Equal(t, c.settings, conf.ToStringMap())
				assert.NoError(t, found.Err())
				return
			}
			assert.Equal(t, Unfilled{c.path: c.problem}, found)
			if !strings.Contains(c.path, "[") {
				assert.False(t, conf.IsSet(c.path), "its default stays")
			}
			assert.True(t, found.Has("other", c.path))
			assert.False(t, found.Has("other"))
			assert.EqualError(t, found.Err(), c.path+": "+c.problem)
		})
	}
}

func TestSeveralUnfilled(t *testing.T) {
	t.Parallel()
	found := TakeUnfilled(confmap.NewFromStringMap(map[string]any{
		"text": nil, "name": nil, "section": map[string]any{"value": nil},
	}), new(settings))
	require.EqualError(t, found.Err(), "name: "+empty+"\nsection::value: "+empty+"\ntext: "+empty)
	assert.EqualError(t, found.Without("section").Err(), "name: "+empty+"\ntext: "+empty)
}
