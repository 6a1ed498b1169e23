package translate

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// FuzzShortcuts translates the same records with and without the shortcuts. These are: an object with one source is encoded
// as it is, the context that records share is encoded once, maps and arrays are not taken apart when nothing is merged into
// them, and names of attributes are remembered.
func FuzzShortcuts(f *testing.F) {
	random := rand.NewChaCha8([32]byte{})
	for n := range 1_000 {
		seed := make([]byte, 10+n/4)
		_, _ = random.Read(seed)
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := dice(data)
		cfg := d.config()
		ld := d.logs(t)
		// In a bubble the time stands still.
		synctest.Test(t, func(t *testing.T) { compareWays(t, New(cfg, Source{WriteKey: "write-key"}, Source{"x", "x-key"}), ld) })
	})
}

func TestShortcutsOfExamples(t *testing.T) {
	t.Parallel()
	inputs, err := filepath.Glob(filepath.Join("testdata", "*", "*.in.json"))
	require.NoError(t, err)
	for _, input := range inputs {
		t.Run(filepath.Base(input), func(t *testing.T) {
			t.Parallel()
			cfg := readConfig(t, strings.TrimSuffix(input, ".in.json")+".config.yaml")
			ld := readLogs(t, input)
			synctest.Test(t, func(t *testing.T) { compareWays(t, New(cfg, Source{WriteKey: "write-key"}, Source{"x", "x-key"}), ld) })
		})
	}
}

func compareWays(t *testing.T, tr *Translator, ld plog.Logs) {
	t.Helper()
	long := longWay(tr, ld)
	enc := tr.Encoder()
	for range 2 {
		// The second time with what the encoder remembers of the first.
		for i, short := range shortWay(enc, ld) {
			if short == long[i] {
				continue
			}
			t.Fatalf("record %d\nwith shortcuts:    %#v\nwithout shortcuts: %#v", i, short, long[i])
		}
	}
	enc.Release()
}

type translated struct {
	message string
	result  Result
}

func shortWay(enc *Encoder, ld plog.Logs) []translated {
	var list []translated
	enc.stamp.random.Seed([32]byte{})
	for _, rl := range ld.ResourceLogs().All() {
		enc.SetResource(rl.Resource(), rl.SchemaUrl())
		for _, sl := range rl.ScopeLogs().All() {
			enc.SetScope(sl.Scope(), sl.SchemaUrl())
			for _, lr := range sl.LogRecords().All() {
				message, result := enc.Append(nil, lr)
				list = append(list, translated{string(message), result})
			}
		}
	}
	return list
}

// longWay has a new encoder for each record. The problems of a resource and a scope are counted with the first record that
// gets as far.
func longWay(tr *Translator, ld plog.Logs) []translated {
	var list []translated
	random := rand.NewChaCha8([32]byte{})
	for _, rl := range ld.ResourceLogs().All() {
		var resource progress
		for _, sl := range rl.ScopeLogs().All() {
			var scope progress
			for _, lr := range sl.LogRecords().All() {
				enc := newEncoder(tr)
				enc.stamp.random = random
				enc.withoutShortcuts()
				enc.SetResource(rl.Resource(), rl.SchemaUrl())
				enc.SetScope(sl.Scope(), sl.SchemaUrl())
				// The record is read first, because complete records have shared contexts of their own.
				enc.read(lr)
				fromResource, fromScope := enc.buildShared()
				resource.skipCounted(&enc.resource.warnings)
				scope.skipCounted(&enc.scope.warnings)
				message, result := enc.Append(nil, lr)
				resource.count(&result, &fromResource, enc.complete)
				scope.count(&result, &fromScope, enc.complete)
				list = append(list, translated{string(message), result})
			}
		}
	}
	return list
}

func (e *Encoder) withoutShortcuts() {
	e.noShortcuts = true
	for _, t := range e.trees() {
		t.eager = true
	}
}

// buildShared builds the shared contexts, with every string as it is, and returns their problems.
func (e *Encoder) buildShared() (fromResource, fromScope Warnings) {
	e.warnings = Warnings{}
	resource, scope := e.resource.sharedContext(e.complete), e.scope.sharedContext(e.complete)
	e.buildResourceContext(resource)
	resource.tree.replaceInvalid()
	resource.built = true
	fromResource, e.warnings = e.warnings, Warnings{}
	e.buildScopeContext(scope, resource)
	scope.tree.replaceInvalid()
	scope.built = true
	return fromResource, e.warnings
}

func (t *tree) replaceInvalid() {
	for i := range t.nodes {
		if n := &t.nodes[i]; n.kind == text {
			n.str = t.validKey(n.str)
		}
	}
}

// progress is how far the records of a resource or a scope have got: to be events, to have a context, to have that of a complete
// record.
type progress struct{ event, context, complete bool }

func (p *progress) skipCounted(warnings *Warnings) {
	if p.event {
		*warnings = Warnings{}
	}
}

func (p *progress) count(result *Result, problems *Warnings, complete bool) {
	p.event = p.event || result.Outcome != NotSelected
	counted := &p.context
	if complete {
		counted = &p.complete
	}
	if *counted || result.Outcome != Message && result.Outcome != TooLarge {
		return
	}
	*counted = true
	for w, n := range problems {
		result.Warnings[w] += n
	}
}
