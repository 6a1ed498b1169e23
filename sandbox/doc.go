// Package sandbox provides a Collector extension that stands in for Segment's tracking API and shows what arrived.
package sandbox
