import assert from "node:assert/strict";
import { test } from "node:test";
import { format, member, parse, toText } from "../../sandbox/page/json.js";

const shown = (/** @type {string} */ text) => toText(format(parse(text)));

test("JSON is formatted as the browser would, but for what it would lose", () => {
  for (const value of [null, true, 1.5, -0.1e-7, "", 'a"\\\n\u2028\u{1f600}', [], {}, [[], {}], { a: { b: [1, { c: "" }, null] }, "": 0 }]) {
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, "\t"), ` ${JSON.stringify(value)}\r\n`]) {
      assert.equal(shown(text), JSON.stringify(value, null, 2));
    }
  }
  assert.equal(shown('{"a":1.10,"a":12345678901234567890}'), '{\n  "a": 1.10,\n  "a": 12345678901234567890\n}');
});

test("of equal keys the last counts, and no key is special", () => {
  assert.deepEqual(member(parse('{"a":1,"a":2}'), "a"), { kind: "number", text: "2" });
  assert.equal(member(parse("{}"), "constructor"), undefined);
  assert.equal(member(parse('{"__proto__":"x"}'), "__proto__")?.kind, "string");
});

test("what is no JSON is refused", () => {
  for (const text of ["", "{", "[1", '{"a"}', '{"a":1,}', "[1,]", "nul", "1 2", '"a', "[".repeat(5000)]) {
    assert.throws(() => parse(text), SyntaxError, text.slice(0, 20));
  }
});
