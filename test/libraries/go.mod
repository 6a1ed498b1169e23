// A module of its own, as the tests of the built collector are: what compares needs nothing of the component but its collector.
module github.com/otel-segment/segmentexporter/test/libraries

go 1.26.0

require github.com/stretchr/testify v1.12.1

require go.yaml.in/yaml/v3 v3.0.5 // indirect

require (
	github.com/otel-segment/segmentexporter v0.0.0
	golang.org/x/sync v0.20.0
)

replace github.com/otel-segment/segmentexporter => ../..
