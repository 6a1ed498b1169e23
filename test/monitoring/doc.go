// Package monitoring tests deploy/prometheus/alerts.yaml and deploy/grafana/segment.json with the metrics of the built collector,
// which goes through the faults that they are for. It needs `make build`, Linux, and prometheus and promtool, such as those of
// Debian's package prometheus.
package monitoring
