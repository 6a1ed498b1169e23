// Package kubernetes tests deploy/: it builds the kustomizations, reads every object as strictly as a cluster would, checks what no
// schema can, and starts the collector as a pod would start it. It needs `make build`, or a collector named by OTELCOL_SEGMENT, but
// no cluster and no kubectl.
package kubernetes
