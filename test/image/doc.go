// Package image has the tests of the container image: what is in it, that it runs with the rights of nobody, and that its queue outlives
// the container. They have podman's storage in a folder of their own, and leave nothing in that of the machine.
package image
