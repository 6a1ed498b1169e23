// Package record turns Segment messages, as the libraries of Segment send them in JSON, into OpenTelemetry log records. It
// is the reverse of package translate, which makes the same messages of these records again.
//
// [Batch] reads the body of a batch, [Message] that of a single message, [Pixel] a query; each gives one ResourceLogs. [Put]
// reads one message that stands alone. They do no I/O, keep no reference to what they read, and can be called from
// several goroutines.
//
// A record says of itself, in attributes of its scope, that it is a whole message (segment.complete) and what kind of program
// it came from (segment.channel). Every member of the message has one place in it: its name, its times, an attribute of the
// vocabulary, or segment.extra.
package record
