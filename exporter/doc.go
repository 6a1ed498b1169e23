// Package exporter uploads log records to Segment's tracking API as batches of messages.
package exporter
