// The panel of one message.

import { Refusal, getMessage } from "./api.js";
import { announce, byId, copyButton, el } from "./dom.js";
import { member, parse, stringOf } from "./json.js";
import { json, readable } from "./message.js";

/** @typedef {import("./api.js").Summary} Summary */
/** @typedef {import("./message.js").Arrived} Arrived */

export class Detail {
  #panel = byId("detail");
  #heading = byId("detail-heading");
  #badge = byId("detail-type");
  #body = byId("detail-body");
  #readable = byId("panel-readable");
  #json = byId("panel-json");
  #jsonText = byId("json-text");
  #wrap = /** @type {HTMLInputElement} */ (byId("json-wrap"));
  #newer = /** @type {HTMLButtonElement} */ (byId("detail-newer"));
  #older = /** @type {HTMLButtonElement} */ (byId("detail-older"));
  #tabs = [byId("tab-readable"), byId("tab-json")];
  #narrow = matchMedia("(max-width: 899px)");
  /** @type {AbortController | undefined} */
  #loading;
  #host;
  /** What is on the screen: the same is not shown again, because that would disturb a reader. */
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
    // Until the reader chooses whether lines wrap, the width of the window decides.
    const preset = () => (this.#wrap.checked = this.#narrow.matches);
    this.#narrow.addEventListener("change", preset);
    this.#wrap.addEventListener("change", () => this.#narrow.removeEventListener("change", preset), { once: true });
    preset();
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
    this.#jsonText.replaceChildren();
    byId("json-copy").replaceChildren();
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
    // What is around the message is written by the sandbox, and JSON.parse loses nothing of that.
    /** @type {Arrived} */
    const record = JSON.parse(text);
    const summary = this.#host.summary(record.seq);
    const message = member(parse(text), "message") ?? { kind: "null", text: "null" };
    const shown = `${summary?.type} ${text}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    // The path of the upload may have named the type: then only the summary has it.
    const type = summary?.type || stringOf(member(message, "type")) || "unknown";
    this.#head(type, summary?.name || stringOf(member(message, "event")) || stringOf(member(message, "name")) || nameless(type));
    const focused = this.#body.contains(document.activeElement);
    this.#readable.replaceChildren(...readable(record, message, summary?.size));
    const { copy, text: pre } = json(record, message);
    byId("json-copy").replaceChildren(copy);
    this.#jsonText.replaceChildren(pre);
    if (focused && !this.#body.contains(document.activeElement)) this.#heading.focus({ preventScroll: true });
  }
}

/** @param {string} type */
const nameless = (type) => (type === "unknown" ? "Message of unknown type" : `${type[0].toUpperCase()}${type.slice(1)}`);
