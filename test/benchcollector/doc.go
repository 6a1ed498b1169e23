// Package benchcollector measures the built collector as a process, with the segment exporter and beside it with the
// otlp_http exporter: OTLP over HTTP in, a server that discards out. It needs Linux, and `make build` or a collector named
// by OTELCOL_SEGMENT.
package benchcollector
