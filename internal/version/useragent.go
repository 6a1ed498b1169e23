package version

import "runtime"

// UserAgent is what requests say who they come from.
const UserAgent = Name + "/" + Version + " (" + runtime.GOOS + "/" + runtime.GOARCH + ")"
