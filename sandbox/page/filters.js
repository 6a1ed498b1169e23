// What is shown: a type, a text, only violations. The address bar carries it, so that it can be sent to somebody.

import { byId } from "./dom.js";

/** @typedef {import("./store.js").Filter} Filter */

export const types = ["identify", "track", "page", "screen", "group", "alias", "unknown"];

const typingMs = 200;

export class Filters {
  #onChange;
  #form = /** @type {HTMLFormElement} */ (byId("filters"));
  #text = /** @type {HTMLInputElement} */ (byId("text"));
  #violations = /** @type {HTMLInputElement} */ (byId("only-violations"));
  #timer = 0;

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
    const { type, text, violations } = this.current;
    return type !== "" || text !== "" || violations;
  }

  reset() {
    this.#set({ type: "", text: "", violations: false });
  }

  /** Shows all messages that violate something, and no others. */
  showViolations() {
    this.#set({ type: "", text: "", violations: true });
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
    };
  }

  #toForm() {
    for (const radio of this.#form.querySelectorAll("input[name=type]")) {
      const input = /** @type {HTMLInputElement} */ (radio);
      input.checked = input.value === this.current.type;
    }
    this.#text.value = this.current.text;
    this.#violations.checked = this.current.violations;
  }

  #changed() {
    clearTimeout(this.#timer);
    const data = new FormData(this.#form);
    const next = {
      type: String(data.get("type") ?? ""),
      text: String(data.get("q") ?? "").trim(),
      violations: data.has("violations"),
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

/** The filter as the address bar and the sandbox know it. @param {Filter} filter */
export function toQuery({ type, text, violations }) {
  const query = new URLSearchParams();
  if (type) query.set("type", type);
  if (text) query.set("q", text);
  if (violations) query.set("violations", "true");
  return query;
}
