// One message: in a readable form with what is wrong beside each field, and as the JSON that arrived.

import { Refusal, getMessage } from "./api.js";
import { announce, byId, copyButton, el, formatBytes, formatNumber, plural } from "./dom.js";
import { format, join, member, parse, stringOf, toText } from "./json.js";

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

export class Detail {
  #panel = byId("detail");
  #heading = byId("detail-heading");
  #badge = byId("detail-type");
  #body = byId("detail-body");
  #readable = byId("panel-readable");
  #json = byId("panel-json");
  #newer = /** @type {HTMLButtonElement} */ (byId("detail-newer"));
  #older = /** @type {HTMLButtonElement} */ (byId("detail-older"));
  #tabs = [byId("tab-readable"), byId("tab-json")];
  #narrow = matchMedia("(max-width: 899px)");
  /** @type {AbortController | undefined} */
  #loading;
  #host;
  /** What is on the screen, so that nothing is replaced under the eyes of a reader for nothing. */
  #shown = "";

  /** The number of the message that is open; 0 when there is none. */
  seq = 0;

  /**
   * @param {Object} host
   * @param {() => void} host.close
   * @param {(by: number) => void} host.step
   * @param {(by: number) => boolean} host.canStep
   * @param {(seq: number) => Summary | undefined} host.summary
   */
  constructor(host) {
    this.#host = host;
    byId("detail-close").addEventListener("click", () => host.close());
    byId("detail-back").addEventListener("click", () => host.close());
    this.#newer.addEventListener("click", () => host.step(-1));
    this.#older.addEventListener("click", () => host.step(1));
    byId("detail-link").append(copyButton("Copy link to this message", () => location.href, "Copy link"));
    document.addEventListener("keydown", (event) => {
      // Escape has a meaning of its own in dialogs and in the field of the search.
      if (event.key !== "Escape" || event.defaultPrevented || !this.seq || document.querySelector("dialog[open]")) return;
      if (event.target instanceof HTMLInputElement && event.target.value !== "" && event.target.type === "search") return;
      event.preventDefault();
      host.close();
    });
    this.#tabs.forEach((tab, i) => {
      tab.addEventListener("click", () => this.#choose(i));
      tab.addEventListener("keydown", (event) => {
        const to = { ArrowLeft: 1 - i, ArrowRight: 1 - i, Home: 0, End: 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        this.#choose(to);
        this.#tabs[to].focus();
      });
    });
    this.#narrow.addEventListener("change", () => this.#layOut());
  }

  /** @param {number} seq @param {boolean} focus whether the keyboard goes there */
  async open(seq, focus) {
    const other = seq !== this.seq;
    this.seq = seq;
    this.#panel.hidden = false;
    this.#layOut();
    this.updateSteps();
    await this.#load(other);
    if (this.seq === seq && (focus || this.#narrow.matches)) this.#heading.focus({ preventScroll: true });
  }

  close() {
    this.#loading?.abort();
    this.seq = 0;
    this.#panel.hidden = true;
    this.#layOut();
  }

  /** Shows the message again, of which more may be known. */
  reload() {
    if (this.seq) void this.#load(false);
  }

  updateSteps() {
    this.#newer.disabled = !this.#host.canStep(-1);
    this.#older.disabled = !this.#host.canStep(1);
  }

  /** On a narrow screen the message is all there is, for the keyboard too. */
  #layOut() {
    document.body.classList.toggle("with-detail", this.seq > 0);
    for (const part of document.querySelectorAll("[data-behind]")) {
      /** @type {HTMLElement} */ (part).inert = this.seq > 0 && this.#narrow.matches;
    }
  }

  /** @param {number} i */
  #choose(i) {
    this.#tabs.forEach((tab, at) => {
      tab.setAttribute("aria-selected", String(at === i));
      tab.tabIndex = at === i ? 0 : -1;
    });
    this.#readable.hidden = i !== 0;
    this.#json.hidden = i !== 1;
  }

  /** @param {boolean} other than the one on the screen */
  async #load(other) {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#panel.setAttribute("aria-busy", "true");
    try {
      const text = await getMessage(this.seq, loading.signal);
      this.#show(text);
    } catch (error) {
      if (loading.signal.aborted) return;
      this.#showFailure(error);
    }
    this.#panel.removeAttribute("aria-busy");
    if (other) this.#body.scrollTop = 0;
  }

  /** @param {unknown} error */
  #showFailure(error) {
    const gone = error instanceof Refusal && error.status === 404;
    this.#head("unknown", gone ? "This message is gone" : "The message cannot be read");
    this.#badge.hidden = true;
    this.#shown = "";
    this.#readable.replaceChildren(el("p", { class: "note" }, gone
      ? "It was cleared, or newer messages have taken its place: the sandbox keeps the newest only."
      : error instanceof Error ? error.message : String(error)));
    this.#json.replaceChildren();
    announce(this.#heading.textContent ?? "");
  }

  /** @param {string} type @param {string} name */
  #head(type, name) {
    this.#badge.hidden = false;
    this.#badge.textContent = type;
    this.#badge.dataset.type = type;
    this.#heading.textContent = name;
  }

  /** @param {string} text the answer of the sandbox */
  #show(text) {
    // The numbers around the message are ours, so nothing is lost when they are read the usual way.
    /** @type {Arrived} */
    const record = JSON.parse(text);
    const summary = this.#host.summary(record.seq);
    const message = member(parse(text), "message") ?? { kind: "null", text: "null" };
    const shown = `${summary?.type} ${text}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    // The path may have named the type.
    const type = summary?.type || stringOf(member(message, "type")) || "unknown";
    this.#head(type, summary?.name || stringOf(member(message, "event")) || stringOf(member(message, "name")) || nameless(type));
    const focused = this.#body.contains(document.activeElement);
    this.#readable.replaceChildren(...readable(record, message, summary?.size));
    this.#json.replaceChildren(...json(record, message));
    if (focused && !this.#body.contains(document.activeElement)) this.#heading.focus({ preventScroll: true });
  }
}

/** @param {string} type */
const nameless = (type) => (type === "unknown" ? "Message of unknown type" : `${type[0].toUpperCase()}${type.slice(1)}`);

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
function readable(record, message, size) {
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
    row("received", [el("code", {}, record.received_at)]),
    row("path", [el("code", {}, record.path)]),
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

/** Objects of the context are groups of their own, and what is neither is one more. @param {Value} value @param {Violations} violations */
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
  const about = violationsOf(path, violations);
  if (value.kind === "object") return [...about, ...value.members.flatMap((m) => fields(m.key, join(path, m.key), m.value, violations))];
  return [...about, field("value", path, value, violations)];
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

/** @param {Arrived} record @param {Value} message @returns {Node[]} */
function json(record, message) {
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
  return [
    el("div", { class: "actions" }, copyButton("Copy JSON of the message", () => text, "Copy JSON")),
    el("pre", { tabindex: 0, role: "region", "aria-label": "JSON of the message" }, code),
  ];
}
