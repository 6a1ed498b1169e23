// A module of its own, so that the tests of the component need no other language.
module github.com/otel-segment/segmentexporter/test/sdks

go 1.26.0

require github.com/stretchr/testify v1.12.1

require go.yaml.in/yaml/v3 v3.0.5 // indirect

require github.com/otel-segment/segmentexporter v0.0.0

replace github.com/otel-segment/segmentexporter => ../..
