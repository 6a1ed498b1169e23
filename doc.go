//go:generate make generate

// Package segmentexporter provides a Collector exporter that turns log records into Segment messages and uploads them.
package segmentexporter
