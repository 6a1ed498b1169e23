//go:build !race

package record

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAllocations holds what a message of the shapes that are measured costs: nearly all of it is memory of the record.
func TestAllocations(t *testing.T) {
	most := map[string]float64{"small": 23, "large": 113}
	for _, shape := range benchShapes {
		body := benchBody(shape.message)
		allocations := testing.AllocsPerRun(100, func() {
			if _, err := Batch(body, Options{CorrectClock: true, Received: received, Address: "0.0.0.0"}); err != nil {
				t.Fatal(err)
			}
		})
		assert.LessOrEqual(t, allocations/benchMessages, most[shape.name], shape.name)
	}
}

// TestMemory holds that the memory for a body is a multiple of its size, for those that ask for the most.
func TestMemory(t *testing.T) {
	const size, most = 1 << 20, 40
	for _, element := range []string{"1,", "{},", "[],", `"",`, `{"":1},`, "{\"a\":[NaN,NaN]},"} {
		elements := strings.Repeat(element, size/len(element))
		for _, body := range []string{
			`{"batch":[{"type":"track","properties":{"a":[` + elements + `1]}}]}`,
			`{"batch":[{"type":"track","properties":{"a":[` + elements + `,1]}}]}`,
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _ = Batch([]byte(body), Options{Salvage: true})
			runtime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(most*size), element)
		}
	}
}
