package translate

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// dice are the bytes of the fuzzer, read as one choice after the other. When they have run out, every choice is the first.
type dice []byte

func (d *dice) below(n int) int {
	if len(*d) == 0 {
		return 0
	}
	b := (*d)[0]
	*d = (*d)[1:]
	return int(b) % n
}

// rarely is true once in n times.
func (d *dice) rarely(n int) bool { return d.below(n) == n-1 }

func (d *dice) of(list []string) string { return list[d.below(len(list))] }

func (d *dice) config() Config {
	cfg := NewDefaultConfig()
	bits := d.below(256)
	on := func(bit int) bool { return bits&(1<<bit) != 0 }
	cfg.Context = ContextConfig{IP: on(0), Location: on(1), Trace: !on(2), URLQuery: !on(3)}
	if on(4) {
		cfg.Attributes.Keys = KeysKeep
	}
	cfg.Attributes.Send = !on(5) || !on(6)
	if on(7) {
		cfg.GroupID = []string{"org.id", "plan"}
		cfg.Events = []EventConfig{{Match: "*a*", Type: Page}, {Match: "S*", Type: Identify}, {Match: "T*", Name: "Renamed"}}
		cfg.Attributes.Include = []string{"user.name", "os", "url.full", "screen.name"}
		cfg.Attributes.Exclude = []string{"cart", "user.email", "a.b.c"}
	}
	return cfg
}

// Few keys, so that the same one comes twice, on several levels and in several forms.
var (
	plainKeys = strings.Split("plan cart cart.total cart.total.x a a.b a.b.c a_b a..b .a  é k\xff k\xfe email name username "+
		"path url search category screen.name user.email user.full_name user.name user.roles event.data org.id", " ")
	memberKeys  = strings.Split("a b c a.b  k\xff k\xfe page url path name traceId session id direct library a", " ")
	objectPaths = strings.Split("a a.b a.b.c a_b a..b  k\xff page page.url page.path campaign campaign.name os os.name app "+
		"app.name session session.id session.previousId network network.wifi device device.type traceId spanId groupId ip location "+
		"location.city channel event properties _metadata.a direct direct.a library library.name userAgent name url plan cart.total email", " ")
	groups    = strings.Fields("a page session os network library direct traceId userAgent")
	fieldKeys = strings.Fields("type source event name category user_id anonymous_id group_id previous_id message_id timestamp complete channel " +
		"unknown properties.")
	types      = strings.Fields("track identify page screen group alias Page purchase")
	fewSources = strings.Fields("session.id session.previous_id os.name network.connection.type user_agent.original " + documentURL)
	allSources = slices.Sorted(maps.Keys(sourceNumbers))
	texts      = []string{
		"x", "", " ", "client", "é", "\xff", "a\xe2\x82b\xf0", "q\"\\\n\x01<&>", "null", "0", "wifi", "cell", "lte", "iOS", "darwin",
		"10.0.0.1", "webjs", "Chrome 120", "2026-01-02T03:04:05+02:00", "yesterday", strings.Repeat("x", maxMessageID),
		"https://u:p@x.example:443/p?utm_source=s&utm_campaign=c+d&q=1#f", "/p\xff?utm_medium=\xff&utm_x=%zz", "unknown_service:go",
	}
	jsonTexts = []string{
		`{"a":1}`, `{"a":{"b":[1,{"c":null}]},"page":{"url":"u"},"traceId":"t"}`, `{"a":1,"a":{"b":"\ud800"},"a":{"c":2}}`, `{"a":`,
		`{"n":1e999,"m":[1e999],"a":9007199254740993}`, "{\"a\":\"\xff\",\"k\xff\":1}", `[]`, `{"a":{"b":{"c":{}}},"direct":{"a":1}}`,
		`{"":{"a":1},"a.b":2,"library":{"a":1},"session":7}`, `{"a":[[],{}],"network":{"wifi":"no"}}`,
	}
	ints    = []int64{1, 0, -1, maxSafeInteger, maxSafeInteger + 1, -maxSafeInteger, -maxSafeInteger - 1, math.MaxInt64, math.MinInt64, 443}
	doubles = []float64{0.5, 0, -1, math.NaN(), math.Inf(1), math.Inf(-1), 1e21, 1e-7, 25, math.Copysign(0, -1)}
)

// recordAttribute is an attribute as records have them. Its bytes are those of OTLP: only there can a key stand twice.
func (d *dice) recordAttribute() []byte {
	switch d.below(8) {
	case 0, 1, 2:
		return keyValue(d.of(plainKeys), d.value(0))
	case 3, 4:
		return d.objectAttribute()
	case 5:
		return d.fieldAttribute()
	default:
		return d.sourceAttribute()
	}
}

// originAttribute is one as resources and scopes have them.
func (d *dice) originAttribute() []byte {
	switch d.below(8) {
	case 0, 1, 2, 3:
		return d.sourceAttribute()
	case 4, 5, 6:
		return d.objectAttribute()
	default:
		return d.fieldAttribute()
	}
}

func (d *dice) objectAttribute() []byte {
	key := vocabularyPrefix + objectNames[d.below(int(numObjects))]
	switch d.below(6) {
	case 0:
		return keyValue(key, d.value(0))
	case 1:
		return keyValue(key, textValue(d.of(jsonTexts)))
	case 2, 3:
		return keyValue(key, d.object(groups, 0))
	default:
		return keyValue(key+"."+d.of(objectPaths), d.value(0))
	}
}

func (d *dice) fieldAttribute() []byte {
	switch key := d.of(fieldKeys); {
	case key == "type" && !d.rarely(8):
		return keyValue(vocabularyPrefix+key, textValue(d.of(types)))
	case key == "complete" && !d.rarely(8):
		return keyValue(vocabularyPrefix+key, boolValue(d.below(2) == 1))
	default:
		return keyValue(vocabularyPrefix+key, d.sourceValue())
	}
}

func (d *dice) sourceAttribute() []byte {
	keys := fewSources
	if d.below(2) == 1 {
		keys = allSources
	}
	return keyValue(d.of(keys), d.sourceValue())
}

// sourceValue is mostly a text, as most sources have to be.
func (d *dice) sourceValue() []byte {
	if d.rarely(4) {
		return d.value(0)
	}
	return textValue(d.of(texts))
}

// value is an AnyValue; level is how deep it stands in others.
func (d *dice) value(level int) []byte {
	kinds := 16
	if level > 3 {
		kinds = 7
	}
	switch d.below(kinds) {
	case 1:
		return append([]byte{3 << 3}, binary.AppendUvarint(nil, uint64(ints[d.below(len(ints))]))...)
	case 2:
		return append([]byte{4<<3 | 1}, binary.LittleEndian.AppendUint64(nil, math.Float64bits(doubles[d.below(len(doubles))]))...)
	case 3:
		return boolValue(d.below(2) == 1)
	case 4:
		return field(7, []byte(d.of(texts)))
	case 5:
		return nil
	case 7, 8, 9, 10:
		return d.object(memberKeys, level)
	case 11, 12:
		var elements []byte
		for range d.below(4) {
			elements = append(elements, field(1, d.value(level+1))...)
		}
		return field(5, elements)
	case 13:
		return d.wide()
	case 14:
		return d.deep()
	case 15:
		return textValue(d.of(jsonTexts))
	default:
		return textValue(d.of(texts))
	}
}

func (d *dice) object(keys []string, level int) []byte {
	var members []byte
	for range d.below(5) {
		members = append(members, field(1, keyValue(d.of(keys), d.value(level+1)))...)
	}
	return field(6, members)
}

// wide is a map of about maxDirectMembers or indexFrom members, where the encoder changes from one way to another.
func (d *dice) wide() []byte {
	sizes := []int{maxDirectMembers - 1, maxDirectMembers, maxDirectMembers + 1, indexFrom, indexFrom + 1}
	var members []byte
	for i := range sizes[d.below(len(sizes))] {
		members = append(members, field(1, keyValue("m"+strconv.Itoa(i), textValue("v")))...)
	}
	return field(6, append(members, field(1, keyValue(d.of(memberKeys), d.value(3)))...))
}

// deep nests to about as many levels as are allowed.
func (d *dice) deep() []byte {
	v := d.value(4)
	lists := d.below(2) == 0
	for range maxDepth - 4 + d.below(8) {
		if lists {
			v = field(5, field(1, v))
		} else {
			v = field(6, field(1, keyValue("a", v)))
		}
	}
	return v
}
