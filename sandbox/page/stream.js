// The live connection. It is opened again here and not by the browser, which would give up after an answer like 503, and
// each time asks for what came after the last message that was seen.

/** @typedef {import("./api.js").Summary} Summary */
/** @typedef {import("./api.js").Stats} Stats */
/** @typedef {import("./api.js").RecordLists} RecordLists */

/**
 * @typedef {Object} Listener
 * @property {(update: {messages: Summary[], last_seq: number, first_seq?: number, run: string}) => void} messages
 * @property {() => void} reset
 * @property {(stats: Stats) => void} stats
 * @property {(lists: RecordLists) => void} records
 * @property {(state: "connecting" | "live" | "lost") => void} state
 * @property {() => number} lastSeq
 */

const firstDelayMs = 250;
const maxDelayMs = 4000;
const hiddenMs = 5000;

export class Stream {
  /** @type {EventSource | undefined} */
  #source;
  #delay = firstDelayMs;
  #timer = 0;
  #hidden = 0;
  #listener;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    // A laptop that was closed comes back with a dead connection, and nobody wants to wait for the next attempt.
    addEventListener("online", () => this.#reopen());
    addEventListener("pageshow", (event) => event.persisted && this.#reopen());
    addEventListener("pagehide", () => this.close());
    // A browser has six connections to the sandbox for all tabs: those that nobody looks at leave them to the others.
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#hidden);
      if (document.hidden) this.#hidden = window.setTimeout(() => this.close(), hiddenMs);
      else if (!this.#source) this.#reopen();
    });
  }

  open() {
    this.close();
    const source = new EventSource(`/api/messages/stream?view=summary&since=${this.#listener.lastSeq()}`);
    this.#source = source;
    source.onopen = () => {
      this.#delay = firstDelayMs;
      this.#listener.state("live");
    };
    source.onerror = () => {
      this.close();
      this.#listener.state("lost");
      this.#timer = window.setTimeout(() => this.open(), this.#delay);
      this.#delay = Math.min(2 * this.#delay, maxDelayMs);
    };
    source.addEventListener("messages", (event) => this.#listener.messages(JSON.parse(event.data)));
    source.addEventListener("reset", () => this.#listener.reset());
    source.addEventListener("stats", (event) => this.#listener.stats(JSON.parse(event.data)));
    source.addEventListener("records", (event) => this.#listener.records(JSON.parse(event.data)));
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }

  #reopen() {
    this.#delay = firstDelayMs;
    this.open();
  }
}
