package main

// schema is the part of JSON Schema, draft 07, that is used. A schema without fields takes everything.
type schema struct {
	Version           string             `json:"$schema,omitempty"`
	Description       string             `json:"description,omitempty"`
	Ref               string             `json:"$ref,omitempty"`
	Type              []string           `json:"type,omitempty"`
	Enum              []string           `json:"enum,omitempty"`
	Const             any                `json:"const,omitempty"`
	Pattern           string             `json:"pattern,omitempty"`
	MinLength         int                `json:"minLength,omitempty"`
	Minimum           *float64           `json:"minimum,omitempty"`
	Maximum           *float64           `json:"maximum,omitempty"`
	Default           any                `json:"default,omitempty"`
	Items             *schema            `json:"items,omitempty"`
	Properties        map[string]*schema `json:"properties,omitempty"`
	PatternProperties map[string]*schema `json:"patternProperties,omitempty"`
	// AdditionalProperties is a schema, or false.
	AdditionalProperties any       `json:"additionalProperties,omitempty"`
	Required             []string  `json:"required,omitempty"`
	AnyOf                []*schema `json:"anyOf,omitempty"`
	If                   *schema   `json:"if,omitempty"`
	Then                 *schema   `json:"then,omitempty"`
	Else                 *schema   `json:"else,omitempty"`
	// The rest is for editors: what they say of a value that is not const and of a text that does not match, and what they do not
	// propose.
	ErrorMessage        string `json:"errorMessage,omitempty"`
	PatternErrorMessage string `json:"patternErrorMessage,omitempty"`
	DoNotSuggest        bool   `json:"doNotSuggest,omitempty"`

	Definitions map[string]*schema `json:"definitions,omitempty"`
}
