package record_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
)

// generator makes messages of all six types that Segment takes.
type generator struct {
	*rand.Rand
	value string // JSON that is put into the message, "" for none
}

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
}

func (g *generator) of(list ...string) string { return list[g.IntN(len(list))] }

// message makes a message with members in any order.
func (g *generator) message() string {
	var members []string
	add := func(key, value string) { members = append(members, quote(key)+":"+value) }
	maybe := func(key string, values ...string) {
		if g.IntN(2) == 0 {
			add(key, g.of(values...))
		}
	}
	typ := g.of("track", "identify", "page", "screen", "group", "alias")
	add("type", g.of(quote(typ), quote(strings.ToUpper(typ)), quote(" "+typ+"\n")))
	add("userId", g.of(`"u"`, `77`, `1e2`, `"é\ud83d\ude00"`, `"null"`))
	add("messageId", g.of(`"m"`, `12`))
	maybe("anonymousId", `"a"`, `null`, `""`, `0`)
	maybe("timestamp", `"2026-11-28T02:20:17.123Z"`, `"2026-11-28T02:20:17.123999+02:00"`, `null`, `"1999-01-01T00:00:00Z"`)
	if typ == "track" {
		add("event", g.of(`"A"`, `"Order \"x\" <&>"`, `"\ud800"`))
	} else {
		maybe("event", `"A"`, `7`)
	}
	if typ == "group" {
		add("groupId", g.of(`"g"`, `7`))
	} else {
		maybe("groupId", `"g"`, `[]`)
	}
	if typ == "alias" {
		add("previousId", g.of(`"p"`, `7`))
	} else {
		maybe("previousId", `"p"`, `{}`)
	}
	for _, key := range []string{"name", "category"} {
		if typ == "page" || typ == "screen" {
			maybe(key, `"n"`, `""`, `null`)
		} else {
			maybe(key, `"n"`, `[1]`)
		}
	}
	for _, key := range []string{"properties", "traits", "context", "integrations"} {
		maybe(key, g.object(0), g.object(0), `{}`, `[]`)
	}
	for _, key := range []string{"sentAt", "writeKey", "receivedAt", "originalTimestamp", "projectId"} {
		maybe(key, `"2026-11-28T02:20:18Z"`, `null`)
	}
	for _, key := range []string{"_metadata", "channel", "version", "options", "metrics", "a.b", "", "user.id"} {
		maybe(key, g.any(0))
	}
	g.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return "{" + strings.Join(members, ",") + "}"
}

var keys = strings.Split("a b c a.b a..b  é direct ip library name page url traceId session device type service.name \ufffd", " ")

// object makes an object without equal keys.
func (g *generator) object(level int) string {
	var members []string
	for _, i := range g.Perm(len(keys))[:g.IntN(6)] {
		members = append(members, quote(keys[i])+":"+g.any(level+1))
	}
	if g.value != "" && level == 0 {
		members = append(members, `"value":`+g.value)
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (g *generator) any(level int) string {
	n := 14
	if level > 3 {
		n = 11
	}
	switch g.IntN(n) {
	case 0:
		return "null"
	case 1:
		return g.of("true", "false")
	case 2:
		return g.of("0", "-1", "42", "9007199254740993", "9223372036854775807", "-9223372036854775808", "-0")
	case 3:
		return g.of("18446744073709551615", "100000000000000000000", "1e400")
	case 4:
		return g.of("2.0", "0.1", "14.990000000000000000001", "1E300", "-1e-7", "-0.0", "123456.789")
	case 5:
		return g.of("[]", "{}")
	case 11, 12:
		return g.object(level)
	case 13:
		var elements []string
		for range g.IntN(4) {
			elements = append(elements, g.any(level+1))
		}
		return "[" + strings.Join(elements, ",") + "]"
	default:
		return g.of(`""`, `"x"`, `" "`, `"2026-11-28T02:20:17Z"`, `"q\"\\\n\u0001<&>"`, `"\ud83d"`, `"é世😀"`, `"{\"a\":1}"`)
	}
}

func quote(s string) string {
	quoted, _ := json.Marshal(s)
	return string(quoted)
}
