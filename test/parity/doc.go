// Package parity makes the same calls with Segment's own libraries and with OpenTelemetry, and compares the messages that
// arrive. docs/parity.md has what differs on purpose. It needs `make build`, or a collector named by OTELCOL_SEGMENT.
package parity
