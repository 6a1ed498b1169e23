// Says why an event is not there: the exporters tell the sandbox of records of which they made no message.

import { announce, byId, el, formatNumber, plural } from "./dom.js";
import { dropHint, notSelectedHint } from "./hints.js";
import { formatFullTime, formatTime } from "./time.js";

/** @typedef {import("./api.js").RecordLists} RecordLists */
/** @typedef {import("./api.js").NotSelected} NotSelected */
/** @typedef {import("./api.js").Dropped} Dropped */

/** Names in the sentence; the details have all of them. */
const namedAtMost = 3;
const quietMs = 15_000;

export class Records {
  #notice = byId("records");
  #text = byId("records-text");
  #toggle = byId("records-toggle");
  #details = byId("records-details");
  #shown = "";
  #kinds = 0;
  #announcedAt = -Infinity;

  constructor() {
    this.#toggle.addEventListener("click", () => this.#expand(this.#details.hidden));
  }

  /** Whether there are any. */
  get any() {
    return !this.#notice.hidden;
  }

  /** @param {RecordLists} lists @param {boolean} alone there is nothing else to read on the page */
  update(lists, alone) {
    const key = JSON.stringify(lists);
    if (key === this.#shown) return;
    this.#shown = key;
    const { not_selected: left, dropped, totals } = lists;
    const first = this.#notice.hidden;
    this.#notice.hidden = totals.not_selected + totals.dropped === 0;
    this.#text.replaceChildren(...sentence(lists));
    const several = new Set([...left, ...dropped].map((r) => r.exporter)).size > 1;
    this.#details.replaceChildren(
      ...part("Left alone: no analytics events", totals.not_selected, left, (r) => notSelectedItem(r, several), notSelectedHint()),
      ...part("Dropped", totals.dropped, dropped, (r) => droppedItem(r, several)));
    if (first) this.#expand(alone);
    this.#tell(left.length + dropped.length);
  }

  /** @param {boolean} expanded */
  #expand(expanded) {
    this.#details.hidden = !expanded;
    this.#toggle.setAttribute("aria-expanded", String(expanded));
    this.#toggle.textContent = expanded ? "Hide" : "Show why";
  }

  /** Users of screen readers hear of new kinds, and not of each record. @param {number} kinds */
  #tell(kinds) {
    const more = kinds > this.#kinds;
    if (!more) this.#kinds = kinds;
    if (!more || performance.now() - this.#announcedAt < quietMs) return;
    this.#kinds = kinds;
    this.#announcedAt = performance.now();
    announce(this.#text.textContent ?? "");
  }
}

/** @param {RecordLists} lists @returns {(Node | string)[]} */
function sentence({ not_selected: left, dropped, totals }) {
  const parts = [];
  if (totals.not_selected > 0) {
    parts.push([`left alone ${plural(totals.not_selected, "record")} (`, ...whichLeft(left), ")"]);
  }
  if (totals.dropped > 0) {
    parts.push([parts.length > 0 ? `dropped ${formatNumber(totals.dropped)} (` : `dropped ${plural(totals.dropped, "record")} (`,
      ...whichDropped(dropped), ")"]);
  }
  return ["The Collector ", ...parts.flatMap((part, i) => (i > 0 ? [" and ", ...part] : part)), "."];
}

/** @param {NotSelected[]} left */
function whichLeft(left) {
  if (left.length === 1) return notSelectedWords(left[0]);
  const loggers = newestFirst(left).map((r) => r.logger || "no name");
  return ["loggers ", ...names(loggers)];
}

/** @param {Dropped[]} dropped */
function whichDropped(dropped) {
  if (dropped.length === 1) {
    const [reason, event, id] = droppedWords(dropped[0]);
    return [reason, event, el("span", { class: "only-wide" }, id)];
  }
  return names(newestFirst(dropped).map((r) => r.reason));
}

/** @param {string[]} all */
function names(all) {
  const different = [...new Set(all)];
  const shown = different.slice(0, namedAtMost).flatMap((name, i) => [i > 0 ? ", " : "", el("code", {}, name)]);
  return different.length > namedAtMost ? [...shown, ` and ${formatNumber(different.length - namedAtMost)} more`] : shown;
}

/** @param {NotSelected} r @returns {(Node | string)[]} */
function notSelectedWords(r) {
  return [
    ...(r.logger ? ["logger ", el("code", {}, r.logger)] : ["no logger name"]),
    ...(r.event ? [", event ", el("code", {}, r.event)] : []),
    ...(r.vocabulary
      ? [", ", el("code", {}, "segment.*"), " attributes, but neither ", el("code", {}, "segment.event"), " nor ", el("code", {}, "segment.type")]
      : [", no ", el("code", {}, "segment.*"), " attribute"]),
  ];
}

/** @param {Dropped} r */
function droppedWords(r) {
  const code = (/** @type {string} */ before, /** @type {string} */ text) => (text ? el("span", {}, before, el("code", {}, text)) : "");
  return [code("", r.reason), code(", ", r.event), code(", id ", r.message_id)];
}

/** @param {NotSelected} r @param {boolean} several exporters */
const notSelectedItem = (r, several) => item(r, notSelectedWords(r), several);

/** @param {Dropped} r @param {boolean} several exporters */
const droppedItem = (r, several) => item(r, droppedWords(r), several, el("p", { class: "hint" }, ...dropHint(r.reason)));

/** @param {NotSelected | Dropped} r @param {(Node | string)[]} words @param {boolean} several @param {Node} [hint] */
function item(r, words, several, hint) {
  const time = el("time", { datetime: r.last_at, title: r.last_at, "aria-label": formatFullTime(r.last_at) }, formatTime(r.last_at));
  return el("li", {},
    el("p", {}, el("b", {}, `${formatNumber(r.records)} × `), ...words, several && ", exporter ", several && el("code", {}, r.exporter),
      ", ", r.records > 1 && "last at ", time),
    hint);
}

/**
 * @template {NotSelected | Dropped} R
 * @param {string} heading @param {number} total @param {R[]} kinds @param {(r: R) => Node} show @param {(Node | string)[]} [hint]
 */
function part(heading, total, kinds, show, hint) {
  if (total === 0) return [];
  const others = total - kinds.reduce((sum, r) => sum + r.records, 0);
  return [
    el("h2", {}, heading),
    hint ? el("p", { class: "hint" }, ...hint) : "",
    el("ul", {}, ...newestFirst(kinds).map(show)),
    others > 0 ? el("p", { class: "note" }, `And ${plural(others, "earlier record")} of kinds that are not listed any more.`) : "",
  ];
}

/** @template R @param {R[]} kinds */
const newestFirst = (kinds) => [...kinds].reverse();
