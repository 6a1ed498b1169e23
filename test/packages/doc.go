// Package packages tests what a release has: the packages on a Debian that runs systemd, the archive, and that it can be built
// again with the same bytes.
package packages
