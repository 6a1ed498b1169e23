// The contents of one message: in a readable form with what is wrong beside each field, and as the JSON that arrived.

import { copyButton, el, formatBytes, formatNumber, plural } from "./dom.js";
import { format, join, member, stringOf, toText } from "./json.js";
import { formatFullTime } from "./time.js";

/** @typedef {import("./json.js").Value} Value */
/** @typedef {import("./api.js").Summary} Summary */
/** @typedef {{field: string, message: string}} Violation */
/** @typedef {Omit<Summary, "violations"> & {violations: Violation[]}} Arrived what the sandbox says around a message */

/** What a message says about itself, in the order in which it is read. */
const ownFields = ["type", "event", "name", "category", "userId", "anonymousId", "groupId", "previousId", "messageId",
  "timestamp"];
const copiedFields = new Set(["userId", "anonymousId", "groupId", "previousId", "messageId"]);

/** Where clients put the id of the trace. */
const tracePaths = [["context", "traceId"], ["context", "trace_id"], ["properties", "traceId"], ["properties", "trace_id"]];

/** The violations of a message, each of which is shown once. */
class Violations {
  #left;

  /** @param {Violation[]} all */
  constructor(all) {
    this.#left = [...all];
  }

  /** @param {string} field */
  take(field) {
    const taken = this.#left.filter((v) => v.field === field);
    this.#left = this.#left.filter((v) => v.field !== field);
    return taken;
  }

  /** @param {string} field */
  has(field) {
    return this.#left.some((v) => v.field === field);
  }

  get rest() {
    return this.#left;
  }
}

/** @param {Arrived} record @param {Value} message @param {number} [size] */
export function readable(record, message, size) {
  const violations = new Violations(record.violations);
  const members = message.kind === "object" ? message.members : [];
  /** @type {Node[]} */
  const sections = [];

  /** @type {Node[]} */
  const own = [];
  for (const key of ownFields) {
    const values = members.filter((m) => m.key === key).map((m) => m.value);
    if (values.length === 0 && violations.has(key)) own.push(field(key, key, undefined, violations));
    for (const value of values) own.push(...fields(key, key, value, violations));
  }
  const trace = traceOf(message);
  if (trace) own.push(field("trace id", "", { kind: "string", text: trace }, violations));
  if (own.length > 0) sections.push(section("Message", own));

  for (const key of ["properties", "traits"]) {
    for (const m of members.filter((m) => m.key === key)) {
      sections.push(section(title(key), contents(key, m.value, violations)));
    }
  }
  for (const m of members.filter((m) => m.key === "context")) sections.push(...context(m.value, violations));
  const known = new Set([...ownFields, "properties", "traits", "context"]);
  const others = members.filter((m) => !known.has(m.key)).flatMap((m) => fields(m.key, m.key, m.value, violations));
  if (message.kind !== "object") others.push(field("message", "", message, violations));
  if (others.length > 0) sections.push(section("Other fields", others));

  sections.push(section("Delivery", [
    row("received", [formatFullTime(record.received_at), el("br"), el("code", {}, record.received_at)]),
    row("path", [el("code", {}, record.path)]),
    row("channel", [record.channel]),
    ...(record.source ? [row("source", [record.source])] : []),
    row("write key", [el("code", {}, record.write_key)]),
    row("arrived", [record.attempt === 1 ? "once" : plural(record.attempt, "time")]),
    row("number", [formatNumber(record.seq)]),
    ...(size === undefined ? [] : [row("size", [formatBytes(size)])]),
  ]));

  // Last, because only now is it known which of them have no field to be beside.
  return [verdict(record.violations, violations.rest), ...sections];
}

/** @param {Violation[]} all @param {Violation[]} rest */
function verdict(all, rest) {
  if (all.length === 0) return el("p", { class: "verdict good" }, "Segment would take this message.");
  const list = el("ul", {}, ...rest.map((v) => el("li", {}, el("code", {}, v.field), ` ${v.message}`)));
  return el("div", { class: "verdict bad" },
    el("p", {}, `${plural(all.length, "violation")}: Segment would drop or misread this message, and say nothing.`),
    rest.length > 0 && list);
}

/** @param {Value} message */
function traceOf(message) {
  for (const path of tracePaths) {
    /** @type {Value | undefined} */
    let value = message;
    for (const key of path) value = member(value, key);
    if (value?.kind === "string" && value.text) return value.text;
  }
  return undefined;
}

/** Each object of the context is a group of its own; what else there is comes before them. @param {Value} value @param {Violations} violations */
function context(value, violations) {
  if (value.kind !== "object") return [section("Context", contents("context", value, violations))];
  /** @type {Node[]} */
  const plain = violationsOf("context", violations);
  /** @type {Node[]} */
  const groups = [];
  for (const { key, value: child } of value.members) {
    const path = join("context", key);
    if (child.kind === "object" && child.members.length > 0) {
      groups.push(group(key, contents(path, child, violations)));
    } else {
      plain.push(...fields(key, path, child, violations));
    }
  }
  const rows = plain.length > 0 ? [el("dl", {}, ...plain)] : [];
  return [el("section", { "aria-label": "Context" }, el("h3", {}, "Context"), ...rows, ...groups)];
}

/** @param {string} name @param {Node[]} rows */
const section = (name, rows) =>
  el("section", { "aria-label": name }, el("h3", {}, name), rows.length > 0 ? el("dl", {}, ...rows) : el("p", { class: "note" }, "Empty"));

/** @param {string} name @param {Node[]} rows */
const group = (name, rows) => el("section", { class: "group", "aria-label": `Context: ${name}` }, el("h4", {}, name), el("dl", {}, ...rows));

/** @param {string} key */
const title = (key) => key[0].toUpperCase() + key.slice(1);

/** The members of an object, without a row for the object itself. @param {string} path @param {Value} value @param {Violations} violations */
function contents(path, value, violations) {
  if (value.kind !== "object") return [field(path, path, value, violations)];
  return [...violationsOf(path, violations), ...value.members.flatMap((m) => fields(m.key, join(path, m.key), m.value, violations))];
}

/** @param {string} path @param {Violations} violations */
function violationsOf(path, violations) {
  const words = warnings(violations.take(path));
  return words.length > 0 ? [row(path, words, true)] : [];
}

/** One row for a value, or one for each that an object or a list holds. @param {string} label @param {string} path @param {Value} value @param {Violations} violations @returns {Node[]} */
function fields(label, path, value, violations) {
  if (value.kind === "object" && value.members.length > 0) {
    return [...violationsOf(path, violations),
      ...value.members.flatMap((m) => fields(`${label}.${m.key}`, join(path, m.key), m.value, violations))];
  }
  if (value.kind === "array" && value.items.some((item) => item.kind === "object" || item.kind === "array")) {
    return [...violationsOf(path, violations),
      ...value.items.flatMap((item, i) => fields(`${label}[${i}]`, `${path}[${i}]`, item, violations))];
  }
  return [field(label, path, value, violations)];
}

/** @param {string} label @param {string} path @param {Value | undefined} value @param {Violations} violations */
function field(label, path, value, violations) {
  const words = warnings(violations.take(path));
  const copied = copiedFields.has(path) || label === "trace id";
  const text = stringOf(value);
  return row(label, [
    el("span", { class: "value" }, value ? el("span", { class: copied ? "id" : null }, show(value)) : el("span", { class: "none" }, "missing"),
      copied && text ? copyButton(`Copy ${label}`, () => text) : null),
    ...words,
  ], words.length > 0);
}

/** @param {string} label @param {(Node | string)[]} content @param {boolean} [bad] */
const row = (label, content, bad = false) =>
  el("div", { class: bad ? "field violates" : "field" }, el("dt", {}, label), el("dd", {}, ...content));

/** @param {Violation[]} violations */
const warnings = (violations) => violations.map((v) => el("span", { class: "warning" }, v.message));

/** @param {Value} value @returns {HTMLElement} */
function show(value) {
  switch (value.kind) {
    case "object":
      return el("span", { class: "none" }, "empty object");
    case "array":
      if (value.items.length === 0) return el("span", { class: "none" }, "empty list");
      return el("span", {}, ...value.items.flatMap((item, i) => [i > 0 ? ", " : "", show(item)]));
    case "string":
      return value.text === "" ? el("span", { class: "none" }, "empty text") : el("span", { class: "text" }, value.text);
    default:
      return el("span", { class: value.kind }, value.text);
  }
}

/** @param {Arrived} record @param {Value} message */
export function json(record, message) {
  const lines = format(message);
  const text = toText(lines);
  const violations = new Violations(record.violations);
  const code = el("code", {});
  lines.forEach((line, i) => {
    const words = line.path ? violations.take(line.path).map((v) => v.message).join("; ") : "";
    code.append(el("span", { class: words ? "line violates" : "line" },
      "  ".repeat(line.indent),
      ...line.parts.map((part) => el("span", { class: part.kind }, part.text)),
      words && el("span", { class: "warning" }, words),
      i < lines.length - 1 && "\n"));
  });
  return {
    copy: copyButton("Copy JSON of the message", () => text, "Copy JSON"),
    text: el("pre", { tabindex: 0, role: "region", "aria-label": "JSON of the message" }, code),
  };
}
