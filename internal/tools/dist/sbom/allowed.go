package main

// allowed are the licenses under which what is linked may be passed on in binary form, with their texts. Modules under the MPL
// are linked as they are, and licenses.txt says where their source is.
var allowed = map[string]bool{
	"Apache-2.0":   true,
	"BSD-2-Clause": true,
	"BSD-3-Clause": true,
	"ISC":          true,
	"MIT":          true,
	"MPL-2.0":      true,

	// Of a file in the build system of github.com/apache/thrift.
	"FSFAP": true,
}
