package record

import (
	"strings"

	"github.com/otel-segment/segmentexporter/translate"
)

// member is a top-level member of a message that the record has a place for, or that is left out.
type member uint8

const (
	unknown member = iota
	typeName
	event
	userID
	anonymousID
	groupID
	previousID
	messageID
	timestamp
	name
	category
	properties
	traits
	context
	integrations
	sentAt
	writeKey
	removed // what Segment adds; it is left out
	numMembers
)

func memberOf(key string) member {
	switch key {
	case "type":
		return typeName
	case "event":
		return event
	case "userId":
		return userID
	case "anonymousId":
		return anonymousID
	case "groupId":
		return groupID
	case "previousId":
		return previousID
	case "messageId":
		return messageID
	case "timestamp":
		return timestamp
	case "name":
		return name
	case "category":
		return category
	case "properties":
		return properties
	case "traits":
		return traits
	case "context":
		return context
	case "integrations":
		return integrations
	case "sentAt":
		return sentAt
	case "writeKey":
		return writeKey
	case "receivedAt", "originalTimestamp", "projectId":
		return removed
	default:
		return unknown
	}
}

// hasPlace says whether messages of a type have a place for a member. What has none is an extra member.
func hasPlace(m member, typ translate.Type) bool {
	switch m {
	case unknown:
		return false
	case event:
		return typ == translate.Track
	case groupID:
		return typ == translate.Group
	case previousID:
		return typ == translate.Alias
	case name, category:
		return typ == translate.Page || typ == translate.Screen
	case properties:
		return typ == translate.Track || typ == translate.Page || typ == translate.Screen
	case traits:
		return typ == translate.Identify || typ == translate.Group
	default:
		return true
	}
}

// longestType is the length of a type name, with white space around it that someone may have typed.
const longestType = 64

// parseType reads the type of a message as people write it.
func parseType(s string) (translate.Type, bool) {
	if len(s) <= longestType {
		s = strings.ToLower(strings.TrimSpace(s))
	}
	for t := range translate.NumTypes {
		if t.String() == s {
			return t, true
		}
	}
	return 0, false
}
