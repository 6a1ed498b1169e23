package translate

import "crypto/sha256"

// Source is a Segment source that records can name with `segment.source`.
type Source struct {
	// Name is what records call it. The source with the name "" is the one of records that name none.
	Name string
	// WriteKey becomes part of the derived message ids, in a form that cannot be reversed.
	WriteKey string
}

// noSource is the number of a source that was not given to [New].
const noSource = -1

// chosenSource is the source that a name stands for. Most records have that of the record before.
type chosenSource struct {
	name   string
	number int
}

func (t *Translator) addSources(sources []Source) {
	t.sourcesByName = make(map[string]int, len(sources))
	for i, source := range sources {
		if _, ok := t.sourcesByName[source.Name]; !ok {
			t.sourcesByName[source.Name] = i
		}
		t.keySums = append(t.keySums, keySum(source.WriteKey))
	}
}

func (t *Translator) sourceOf(name string) chosenSource {
	if number, ok := t.sourcesByName[name]; ok {
		return chosenSource{name, number}
	}
	return chosenSource{name, noSource}
}

func (e *Encoder) chooseSource() {
	name := e.record.source
	if name == "" {
		name = e.scope.source
	}
	if name != e.source.name {
		e.source = e.t.sourceOf(name)
	}
}

// keySum is what the write key adds to a derived id. It is one-way, so that ids tell nothing about the key.
func keySum(writeKey string) [sha256.Size]byte {
	return sha256.Sum256([]byte("segmentexporter message id\x00" + writeKey))
}

// keySum is that of the record's source, or zeros when it has none: it is never sent then, and its id is only there to find it
// by.
func (e *Encoder) keySum() [sha256.Size]byte {
	if e.source.number == noSource {
		return [sha256.Size]byte{}
	}
	return e.t.keySums[e.source.number]
}
