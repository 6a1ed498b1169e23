package record

import (
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/translate"
)

// Result is what a request held. Every element is a message or refused.
type Result struct {
	// Logs has one ResourceLogs, without attributes, and in it one scope for each channel that messages came from.
	Logs plog.Logs
	// WriteKey is the one in the body, "" when there is none. It is in no record.
	WriteKey string
	// Elements is how many elements the request had.
	Elements int
	// Messages is how many of them became records, by type.
	Messages [translate.NumTypes]int
	// Refused is how many of them did not.
	Refused Refused
	// Salvaged is how many of the messages were taken out of a body that is not JSON.
	Salvaged int
	// Warnings are the problems of elements that became records all the same.
	Warnings Warnings
	// Details are the first problems of the request, for a log: at most [MaxDetails].
	Details []Detail
	// Skew is by how much the clock of the sender is behind ours, transit included, when HasSkew says that the batch, or
	// else a message in it, has a readable `sentAt`.
	Skew    time.Duration
	HasSkew bool
}

// Refusal is the reason why an element did not become a record.
type Refusal uint8

// The reasons.
const (
	// InvalidType is an object whose type is missing or none of the six.
	InvalidType Refusal = iota
	// NotAnObject is an element that is something else than an object.
	NotAnObject
	// Malformed is an object that was cut off, in a body that is not JSON.
	Malformed
	// NumRefusals is the number of reasons.
	NumRefusals
)

// String returns the reason as it stands in metrics.
func (r Refusal) String() string {
	return [NumRefusals]string{"invalid_type", "not_an_object", "malformed"}[r]
}

// Refused counts elements by reason.
type Refused [NumRefusals]int

// Warning is a kind of problem in an element that became a record all the same.
type Warning uint8

// The kinds of problems.
const (
	// WrongKind is a member of another kind than it has to be, such as properties that are a string; it is left out.
	WrongKind Warning = iota
	// BigNumber is a number that neither an int64 nor a double holds; it is a string.
	BigNumber
	// NonFinite is NaN or Infinity without quotes; it is null.
	NonFinite
	// InvalidUTF8 is a string with bytes that are not UTF-8 or with half a surrogate pair; each is U+FFFD.
	InvalidUTF8
	// InvalidTimestamp is a time that does not parse; the time of receipt stands for it.
	InvalidTimestamp
	// DuplicateKey is a member whose key comes again in the same object; the last wins.
	DuplicateKey
	// NumWarnings is the number of kinds.
	NumWarnings
)

// String returns the kind as it stands in metrics.
func (w Warning) String() string {
	return [NumWarnings]string{
		"wrong_kind", "big_number", "non_finite", "invalid_utf8", "invalid_timestamp", "duplicate_key",
	}[w]
}

// Warnings counts problems by kind.
type Warnings [NumWarnings]int

// MaxDetails is how many problems of a request are told one by one.
const MaxDetails = 10

// Detail tells one problem, without any payload.
type Detail struct {
	// Reason is that of a [Refusal] or a [Warning].
	Reason string
	// Type and MessageID are those of the message. They are "" when it has none, or an overlong one.
	Type, MessageID string
}
