// Package libraries lets Segment's own libraries upload to the sandbox, once straight and once through the receiver and the
// exporter, and compares the messages that arrive. It needs `make build`, or a collector named by OTELCOL_SEGMENT.
package libraries
