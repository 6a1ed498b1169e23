// Package e2e tests the built collector as a process of its own: OTLP goes in, and what the sandbox received is
// compared. It needs `make build`, or a collector named by OTELCOL_SEGMENT.
package e2e
