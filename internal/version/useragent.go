package version

import "runtime"

// UserAgent is the User-Agent header of every request, such as "otelcol-segmentexporter/0.1.0 (linux/amd64)".
const UserAgent = Name + "/" + Version + " (" + runtime.GOOS + "/" + runtime.GOARCH + ")"
