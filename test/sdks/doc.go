// Package sdks runs the programs in examples against the built collector, and compares what the sandbox received. It
// needs `make build`, or a collector named by OTELCOL_SEGMENT.
package sdks
