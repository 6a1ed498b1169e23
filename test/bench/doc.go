// Package bench measures the exporter beside rulers: gzip, encoding/json and the otlp_http exporter, in one run over the
// same records. It is a module of its own so that what it compares with does not become a dependency.
package bench
