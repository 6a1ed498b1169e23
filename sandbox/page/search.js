// Which messages contain the text of the filter. Only the sandbox knows the whole messages, so it is asked: once for all
// it has, and then for what came since.

import { findMessages } from "./api.js";

/** @typedef {import("./api.js").Summary} Summary */

const retryMs = 1000;
/** The pause between two questions while messages keep arriving: the sandbox has other things to do too. */
const pauseMs = 250;

export class Search {
  #text = "";
  #through = 0;
  /** @type {AbortController | undefined} */
  #running;
  #again = false;
  #onFound;

  /** @param {(found: Summary[]) => void} onFound */
  constructor(onFound) {
    this.#onFound = onFound;
  }

  /** Whether the first answer about the text is still to come. */
  get isFirst() {
    return this.#text !== "" && this.#through === 0 && this.#running !== undefined;
  }

  /** @param {string} text empty: none */
  start(text) {
    this.#running?.abort();
    this.#running = undefined;
    this.#text = text;
    this.#through = 0;
    void this.#ask();
  }

  /** @param {number} lastSeq of the messages there are */
  continue(lastSeq) {
    if (lastSeq <= this.#through) return;
    if (this.#running) this.#again = true;
    else void this.#ask();
  }

  async #ask() {
    if (!this.#text) return;
    const running = new AbortController();
    this.#running = running;
    this.#again = false;
    /** @type {Summary[]} */
    let found = [];
    try {
      const answer = await findMessages({ q: this.#text, since: String(this.#through) }, running.signal);
      found = answer.messages;
      this.#through = answer.last_seq;
      await new Promise((resolve) => setTimeout(resolve, this.#again ? pauseMs : 0));
    } catch {
      this.#again = true;
      await new Promise((resolve) => setTimeout(resolve, running.signal.aborted ? 0 : retryMs));
    }
    if (running.signal.aborted) return;
    this.#running = undefined;
    this.#onFound(found);
    if (this.#again) void this.#ask();
  }
}
