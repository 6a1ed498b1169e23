// Package receiver provides a Collector receiver that takes what Segment's own libraries send, as log records.
package receiver
