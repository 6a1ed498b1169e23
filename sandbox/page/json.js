// Reads JSON without losing what it looked like: JSON.parse rounds large numbers, turns 1.10 into 1.1 and drops the first of
// two equal keys. The server has checked that the text is JSON, so there is little to refuse.

/**
 * @typedef {{kind: "object", members: {key: string, value: Value}[]}} ObjectValue
 * @typedef {{kind: "array", items: Value[]}} ArrayValue
 * @typedef {{kind: "string", text: string}} StringValue
 * @typedef {{kind: "number" | "boolean" | "null", text: string}} LiteralValue
 * @typedef {ObjectValue | ArrayValue | StringValue | LiteralValue} Value
 */

const maxDepth = 2000;

/** @param {string} text @returns {Value} */
export function parse(text) {
  let pos = 0;

  const skipSpace = () => {
    while (pos < text.length && " \t\r\n".includes(text[pos])) pos++;
  };

  /** @param {string} c */
  const expect = (c) => {
    skipSpace();
    if (text[pos] !== c) throw new SyntaxError(`expected ${c} at ${pos}`);
    pos++;
  };

  const string = () => {
    skipSpace();
    const start = pos;
    expect('"');
    while (pos < text.length && text[pos] !== '"') pos += text[pos] === "\\" ? 2 : 1;
    expect('"');
    return JSON.parse(text.slice(start, pos));
  };

  /** @param {number} depth @returns {Value} */
  const value = (depth) => {
    if (depth > maxDepth) throw new SyntaxError("too deep");
    skipSpace();
    switch (text[pos]) {
      case "{": {
        /** @type {ObjectValue} */
        const object = { kind: "object", members: [] };
        pos++;
        skipSpace();
        if (text[pos] !== "}") {
          do {
            const key = string();
            expect(":");
            object.members.push({ key, value: value(depth + 1) });
            skipSpace();
          } while (text[pos++] === ",");
          pos--;
        }
        expect("}");
        return object;
      }
      case "[": {
        /** @type {ArrayValue} */
        const array = { kind: "array", items: [] };
        pos++;
        skipSpace();
        if (text[pos] !== "]") {
          do {
            array.items.push(value(depth + 1));
            skipSpace();
          } while (text[pos++] === ",");
          pos--;
        }
        expect("]");
        return array;
      }
      case '"':
        return { kind: "string", text: string() };
    }
    const start = pos;
    while (pos < text.length && !",]} \t\r\n".includes(text[pos])) pos++;
    const literal = text.slice(start, pos);
    if (literal === "null") return { kind: "null", text: literal };
    if (literal === "true" || literal === "false") return { kind: "boolean", text: literal };
    if (!/^-?\d/.test(literal)) throw new SyntaxError(`unexpected text at ${start}`);
    return { kind: "number", text: literal };
  };

  const result = value(0);
  skipSpace();
  if (pos < text.length) throw new SyntaxError(`unexpected text at ${pos}`);
  return result;
}

/**
 * The value of a key of an object; of equal keys the last, as nearly everybody reads them.
 * @param {Value | undefined} object
 * @param {string} key
 * @returns {Value | undefined}
 */
export function member(object, key) {
  if (object?.kind !== "object") return undefined;
  return object.members.findLast((m) => m.key === key)?.value;
}

/** @param {Value | undefined} value */
export const stringOf = (value) => (value?.kind === "string" ? value.text : undefined);

/**
 * One line of formatted JSON, in pieces to color.
 * @typedef {{path: string, indent: number, parts: {text: string, kind: "key" | "punctuation" | Value["kind"]}[]}} Line
 */

/** @param {Value} root @returns {Line[]} */
export function format(root) {
  /** @type {Line[]} */
  const lines = [];

  /** @param {Value} value @param {string} path @param {number} indent @param {Line["parts"]} before @param {string} after */
  const write = (value, path, indent, before, after) => {
    /** @param {string} text @returns {Line["parts"][number]} */
    const mark = (text) => ({ text, kind: "punctuation" });
    if (value.kind !== "object" && value.kind !== "array") {
      const text = value.kind === "string" ? JSON.stringify(value.text) : value.text;
      lines.push({ path, indent, parts: [...before, { text, kind: value.kind }, mark(after)] });
      return;
    }
    const [open, close] = value.kind === "object" ? "{}" : "[]";
    const length = value.kind === "object" ? value.members.length : value.items.length;
    if (length === 0) {
      lines.push({ path, indent, parts: [...before, mark(open + close + after)] });
      return;
    }
    lines.push({ path, indent, parts: [...before, mark(open)] });
    for (let i = 0; i < length; i++) {
      const comma = i < length - 1 ? "," : "";
      if (value.kind === "object") {
        const { key, value: child } = value.members[i];
        /** @type {Line["parts"]} */
        const name = [{ text: JSON.stringify(key), kind: "key" }, mark(": ")];
        write(child, join(path, key), indent + 1, name, comma);
      } else {
        write(value.items[i], `${path}[${i}]`, indent + 1, [], comma);
      }
    }
    lines.push({ path: "", indent, parts: [mark(close + after)] });
  };
  write(root, "", 0, [], "");
  return lines;
}

/** Names a field as the violations do. @param {string} path @param {string} key */
export const join = (path, key) => (path ? `${path}.${key}` : key);

/** @param {Line[]} lines */
export const toText = (lines) =>
  lines.map((line) => "  ".repeat(line.indent) + line.parts.map((p) => p.text).join("")).join("\n");
