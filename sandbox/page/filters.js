// What is shown: a type, a source, a text, only violations. The address bar carries it, so that it can be sent to somebody.

import { byId, el } from "./dom.js";

/** @typedef {import("./store.js").Filter} Filter */

export const types = ["identify", "track", "page", "screen", "group", "alias", "unknown"];

const typingMs = 200;

export class Filters {
  #onChange;
  #form = /** @type {HTMLFormElement} */ (byId("filters"));
  #text = /** @type {HTMLInputElement} */ (byId("text"));
  #violations = /** @type {HTMLInputElement} */ (byId("only-violations"));
  #source = /** @type {HTMLSelectElement} */ (byId("source"));
  #timer = 0;
  /** @type {string[]} */
  #sources = [];

  /** @type {Filter} */
  current;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
    this.current = this.#fromAddress();
    this.#toForm();
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#changed();
    });
    this.#form.addEventListener("change", () => this.#changed());
    this.#text.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#changed(), typingMs);
    });
    addEventListener("popstate", () => {
      const before = JSON.stringify(this.current);
      this.current = this.#fromAddress();
      if (JSON.stringify(this.current) === before) return;
      this.#toForm();
      this.#onChange();
    });
  }

  get isSet() {
    const { type, text, violations, source } = this.current;
    return type !== "" || text !== "" || violations || source !== "";
  }

  reset() {
    this.#set({ type: "", text: "", violations: false, source: "" });
  }

  /** Shows all messages that violate something, and no others. */
  showViolations() {
    this.#set({ type: "", text: "", violations: true, source: "" });
  }

  /** Offers the sources that there are, when there is something to choose. @param {Iterable<string>} sources */
  offerSources(sources) {
    this.#sources = [...sources].sort();
    const { source } = this.current;
    const offered = [...new Set([...this.#sources, source])].filter(Boolean);
    this.#source.hidden = offered.length < 2 && !source;
    const key = JSON.stringify(offered);
    if (this.#source.dataset.offered !== key) {
      this.#source.dataset.offered = key;
      this.#source.replaceChildren(el("option", { value: "" }, "All sources"), ...offered.map((name) => el("option", { value: name }, name)));
    }
    if (this.#source.value !== source) this.#source.value = source;
  }

  /** @param {Filter} filter */
  #set(filter) {
    this.current = filter;
    this.#toForm();
    this.#toAddress();
    this.#onChange();
  }

  /** @returns {Filter} */
  #fromAddress() {
    const query = new URLSearchParams(location.search);
    const type = query.get("type") ?? "";
    return {
      type: types.includes(type) ? type : "",
      text: query.get("q") ?? "",
      violations: query.get("violations") === "true",
      source: query.get("source") ?? "",
    };
  }

  #toForm() {
    for (const radio of this.#form.querySelectorAll("input[name=type]")) {
      const input = /** @type {HTMLInputElement} */ (radio);
      input.checked = input.value === this.current.type;
    }
    this.#text.value = this.current.text;
    this.#violations.checked = this.current.violations;
    this.offerSources(this.#sources);
  }

  #changed() {
    clearTimeout(this.#timer);
    const data = new FormData(this.#form);
    const next = {
      type: String(data.get("type") ?? ""),
      text: String(data.get("q") ?? "").trim(),
      violations: data.has("violations"),
      source: String(data.get("source") ?? ""),
    };
    if (JSON.stringify(next) === JSON.stringify(this.current)) return;
    this.current = next;
    this.#toAddress();
    this.#onChange();
  }

  #toAddress() {
    const query = toQuery(this.current).toString();
    history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
  }
}

/** The filter as query parameters, as they stand in the address bar. @param {Filter} filter */
export function toQuery({ type, text, violations, source }) {
  const query = new URLSearchParams();
  if (type) query.set("type", type);
  if (source) query.set("source", source);
  if (text) query.set("q", text);
  if (violations) query.set("violations", "true");
  return query;
}
