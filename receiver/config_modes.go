package receiver

import "fmt"

// ClockSkew is what happens to the times of senders whose clock is wrong.
type ClockSkew string

const (
	// ClockSkewCorrect moves them by the difference between the clocks, as Segment does.
	ClockSkewCorrect ClockSkew = "correct"
	// ClockSkewOff leaves them as they are.
	ClockSkewOff ClockSkew = "off"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *ClockSkew) UnmarshalText(text []byte) error {
	return unmarshalMode(c, text, ClockSkewCorrect, ClockSkewOff)
}

// MalformedJSON is what happens to a batch that is not JSON.
type MalformedJSON string

const (
	// MalformedJSONSalvage takes the complete messages out of it.
	MalformedJSONSalvage MalformedJSON = "salvage"
	// MalformedJSONRefuse refuses it.
	MalformedJSONRefuse MalformedJSON = "refuse"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *MalformedJSON) UnmarshalText(text []byte) error {
	return unmarshalMode(m, text, MalformedJSONSalvage, MalformedJSONRefuse)
}

// ClientIPMode is what the `context.ip` of a message of a device becomes when it has none.
type ClientIPMode string

const (
	// ClientIPHide makes it 0.0.0.0, which Segment takes for "do not record".
	ClientIPHide ClientIPMode = "hide"
	// ClientIPFill makes it the address of the client.
	ClientIPFill ClientIPMode = "fill"
	// ClientIPOff adds nothing; Segment then records the address of the Collector.
	ClientIPOff ClientIPMode = "off"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *ClientIPMode) UnmarshalText(text []byte) error {
	return unmarshalMode(m, text, ClientIPHide, ClientIPFill, ClientIPOff)
}

// SettingsMode is where the settings of a source come from.
type SettingsMode string

const (
	// SettingsOff answers with 404.
	SettingsOff SettingsMode = "off"
	// SettingsStatic makes the smallest settings that the libraries take: no destinations on the device.
	SettingsStatic SettingsMode = "static"
	// SettingsUpstream fetches those of Segment, and sets in them where the messages go.
	SettingsUpstream SettingsMode = "upstream"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *SettingsMode) UnmarshalText(text []byte) error {
	return unmarshalMode(m, text, SettingsOff, SettingsStatic, SettingsUpstream)
}

func unmarshalMode[T ~string](mode *T, text []byte, modes ...T) error {
	for _, m := range modes {
		if string(text) == string(m) {
			*mode = m
			return nil
		}
	}
	return fmt.Errorf("unknown value %q: must be one of %v", text, modes)
}
