//go:build !race

package record

import (
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
