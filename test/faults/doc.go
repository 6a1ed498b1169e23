// Package faults kills the built collector, fills its disk and its queue, and lets Segment and its authorization server
// fail: what was accepted is delivered once, or counted. It needs `make build`, or a collector named by OTELCOL_SEGMENT.
package faults
