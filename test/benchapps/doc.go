// Package benchapps measures what emitting an event costs the application that does it: with the OpenTelemetry SDK of its
// language, and beside it with Segment's own library for that language.
package benchapps
