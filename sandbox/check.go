package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Segment wants message ids of fewer characters.
const messageIDLimit = 100

const (
	unknownType = "unknown"
	notDateTime = "is not an ISO 8601 date-time"
)

var (
	messageTypes = []string{"identify", "track", "page", "screen", "group", "alias"}
	objectFields = []string{"properties", "traits", "context", "integrations"}

	// serverFields are set by Segment and must never come from a client.
	serverFields = []string{"receivedAt", "originalTimestamp", "version", "channel", "projectId"}
)

// violation is something for which Segment throws a message away, or misreads it, without saying so.
type violation struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

type checker struct {
	fields     map[string]any
	path       uploadPath
	violations []violation
}

// check returns the type of a message and what is wrong with it.
func check(fields map[string]any, path uploadPath) (string, []violation) {
	c := &checker{fields: fields, path: path}
	c.messageID()
	typ := c.messageType()
	c.identity(typ)
	switch typ {
	case "track":
		c.required("event", "a track needs an event name")
	case "page", "screen":
		c.text("name")
		c.text("category")
	}
	for _, field := range objectFields {
		if value, ok := fields[field]; ok {
			if _, ok := value.(map[string]any); !ok {
				c.report(field, "is not an object")
			}
		}
	}
	if timestamp, ok := fields["timestamp"]; ok && !isDateTime(timestamp) {
		c.report("timestamp", notDateTime)
	}
	for _, field := range serverFields {
		if _, ok := fields[field]; ok {
			c.report(field, "is set by Segment and must not be sent")
		}
	}
	return typ, c.violations
}

func (c *checker) messageID() {
	// A message in the address of an image needs no id: no client sends it again.
	if _, there := c.fields["messageId"]; there || !c.path.pixel {
		c.required("messageId", "is missing")
	}
	if id, _ := c.fields["messageId"].(string); utf8.RuneCountInString(id) >= messageIDLimit {
		c.report("messageId", fmt.Sprintf("has %d characters or more", messageIDLimit))
	}
}

func (c *checker) messageType() string {
	typ, _ := c.fields["type"].(string)
	switch {
	case c.path.typ != "":
		if c.fields["type"] != nil && typ != c.path.typ {
			c.report("type", "is not the type of the path, which counts")
		}
		return c.path.typ
	case slices.Contains(messageTypes, typ):
		return strings.Clone(typ) // typ is a part of the whole body, and the store would hold on to it
	}
	if c.required("type", "is missing") && typ != "" {
		c.report("type", "is not one of identify, track, page, screen, group, alias")
	}
	return unknownType
}

func (c *checker) identity(typ string) {
	user, anonymous, group, previous := c.text("userId"), c.text("anonymousId"), c.text("groupId"), c.text("previousId")
	switch {
	case typ == "alias":
		if !user {
			c.report("userId", "an alias needs a userId")
		}
		if !previous {
			c.report("previousId", "an alias needs a previousId")
		}
	case !user && !anonymous:
		c.report("userId", "there is neither a userId nor an anonymousId")
	}
	if typ == "group" && !group {
		c.report("groupId", "a group needs a groupId")
	}
}

// required checks a field that must be a text.
func (c *checker) required(field, missing string) (present bool) {
	present = c.text(field)
	if !present {
		c.report(field, missing)
	}
	return present
}

// text checks a field that must be a text if it is there. null counts as missing, because Segment's own libraries send it for an
// id that they do not have.
func (c *checker) text(field string) (present bool) {
	value := c.fields[field]
	if text, ok := value.(string); !ok && value != nil {
		c.report(field, "is not a string")
	} else if ok && text == "" {
		c.report(field, "is empty")
	}
	return value != nil
}

func (c *checker) report(field, message string) {
	c.violations = append(c.violations, violation{field, message})
}

// dateTimes are the forms of ISO 8601 that are in use; time.Parse takes a fraction of a second with each.
var dateTimes = []string{
	time.RFC3339,
	"2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
}

func isDateTime(value any) bool {
	text, _ := value.(string)
	for _, layout := range dateTimes {
		if _, err := time.Parse(layout, text); err == nil {
			// time.Parse would also take an hour of one digit.
			return text[13] == ':'
		}
	}
	return false
}
