// Package version holds the name and version that the exporter gives itself in every message and request.
package version

// Name is `context.library.name` of every message and the product of the User-Agent header.
const Name = "otelcol-segmentexporter"

// Version is the version of this module; the newest heading of CHANGELOG.md is the same.
const Version = "0.1.0"
