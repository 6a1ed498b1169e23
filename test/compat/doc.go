// Package compat builds a collector on each line in lines.txt, and lets events wait in its queue on disk over a restart.
//
// A line is the version of the Collector's unstable modules and that of its stable ones. The first is the oldest that
// go.mod allows, and the last the newest that was there.
package compat
