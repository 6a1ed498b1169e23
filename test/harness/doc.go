// Package harness has what the tests of the built collector share: a collector with a configuration that each test merges
// its own over, the OTel SDK that sends to it, and a client of the sandbox that receives. It fails the test by itself.
package harness
