// The list of messages. Only the rows that can be seen are in the document; a row keeps its element while it is there.

import { byId, plural, setText } from "./dom.js";
import { Row } from "./row.js";

/** @typedef {import("./store.js").Store} Store */

/** Rows above and below those that can be seen. */
const spareRows = 6;

export class List {
  #store;
  #onOpen;
  #grid = byId("list");
  #columns = byId("columns");
  #space = byId("rows");
  #newer = byId("newer");
  /** By slot modulo their number. @type {Row[]} */
  #rows = [];
  #rowHeight = 0;
  /** Of the part that shows rows: the names of the columns stay at the top. */
  #height = 0;
  #frame = 0;

  /** New rows may push the others down: the reader is at the top and at no row. */
  #follows = true;
  /** What stays where it is when the reader is elsewhere: the first row on the screen, and how many pixels of it are above. */
  #anchor = { seq: 0, above: 0 };
  /** The slot of the first row when the rows were placed; more may have come since. */
  #topSlot = -1;
  /** The newest message that was shown at the top. */
  #seen = 0;
  /** The message of the row that the keyboard acts on; 0 when there is none. */
  #active = 0;
  /** The message that is open; 0 when there is none. */
  #opened = 0;
  #toReveal = 0;
  #pressed = 0;

  /** @param {Store} store @param {(seq: number, byKeyboard: boolean) => void} onOpen */
  constructor(store, onOpen) {
    this.#store = store;
    this.#onOpen = onOpen;
    this.#grid.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#grid.addEventListener("keydown", (event) => this.#key(event));
    // Rows may move between the press and the release of a button.
    this.#grid.addEventListener("pointerdown", (event) => (this.#pressed = seqOf(event)));
    this.#grid.addEventListener("click", (event) => {
      const seq = this.#pressed || seqOf(event);
      this.#pressed = 0;
      if (seq) this.#open(seq, false);
    });
    this.#newer.addEventListener("click", () => this.toTop());
    new ResizeObserver(() => this.#measure()).observe(this.#grid);
    this.#measure();
  }

  /** The store has changed. */
  update() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#render(true));
  }

  /** Scrolls to the newest message, and stays there when more come. */
  toTop() {
    this.#follows = true;
    this.#active = 0;
    this.#grid.scrollTop = 0;
    this.update();
    if (document.activeElement === this.#newer) this.focus();
  }

  focus() {
    this.#grid.focus({ preventScroll: true });
  }

  /** @param {number} seq 0: none */
  setOpened(seq) {
    this.#opened = seq;
    if (seq) {
      this.#active = seq;
      if (this.#store.length > 0) this.#stay();
    }
    this.update();
  }

  /** Messages up to this one are not new to the reader. @param {number} seq */
  markSeen(seq) {
    this.#seen = Math.max(this.#seen, seq);
    this.update();
  }

  /** The messages are forgotten, and others may get their numbers. */
  reset() {
    this.#seen = 0;
    this.#active = 0;
    this.#anchor = { seq: 0, above: 0 };
    this.#follows = true;
    this.update();
  }

  /** Scrolls a message into the middle when it is not on the screen. @param {number} seq */
  reveal(seq) {
    this.#toReveal = seq;
    this.update();
  }

  #scrollToRevealed() {
    const row = this.#store.rowOf(this.#toReveal);
    if (row < 0 || this.#height <= 0) return; // the list comes onto the screen later
    const found = this.#store.row(row).seq === this.#toReveal;
    this.#toReveal = 0;
    const top = row * this.#rowHeight;
    const { scrollTop } = this.#grid;
    if (!found || (top >= scrollTop && top + this.#rowHeight <= scrollTop + this.#height)) return;
    this.#follows = false;
    this.#grid.scrollTop = Math.max(0, top - this.#height / 2);
    this.#setAnchor();
  }

  /** The message `by` rows below; undefined when there is none. @param {number} seq @param {number} by */
  neighbor(seq, by) {
    const at = this.#store.rowOf(seq);
    let row = at + by;
    // The message may be filtered out: then `at` is the next older one, or the oldest of all.
    const found = at >= 0 ? this.#store.row(at).seq : seq;
    if (found < seq && by > 0) row = at + by - 1;
    if (found > seq) row = by > 0 ? this.#store.length : at + by + 1;
    return row >= 0 && row < this.#store.length ? this.#store.row(row).seq : undefined;
  }

  #measure() {
    // The height of a row depends on the width of the window and on the size of the text.
    const height = parseFloat(getComputedStyle(this.#space).lineHeight);
    if (height) this.#rowHeight = height;
    this.#height = this.#grid.clientHeight - this.#columns.offsetHeight;
    this.update();
  }

  /** From now on the rows stay where they are. */
  #stay() {
    if (!this.#follows) return;
    this.#follows = false;
    this.#setAnchor();
  }

  #setAnchor() {
    const above = Math.floor(this.#grid.scrollTop / this.#rowHeight);
    const row = this.#store.rowOfSlot(this.#topSlot - above);
    if (row < 0 || row >= this.#store.length) return; // the rows are those of an earlier view
    this.#anchor = { seq: this.#store.row(row).seq, above: this.#grid.scrollTop - above * this.#rowHeight };
  }

  #scrolled() {
    const { scrollTop } = this.#grid;
    if (scrollTop > 0) {
      this.#follows = false;
      this.#setAnchor();
    } else if (!this.#follows && !(this.#active && document.activeElement === this.#grid)) {
      this.#follows = true;
    } else {
      this.#setAnchor();
    }
    if (!this.#frame) this.#render(false);
  }

  #resize() {
    this.#topSlot = this.#store.slot(0);
    const height = `${this.#store.length * this.#rowHeight}px`;
    if (this.#space.style.height !== height) this.#space.style.height = height;
  }

  /** @param {boolean} changed whether the store has, or the size of the window */
  #render(changed) {
    this.#frame = 0;
    const store = this.#store;
    if (changed) {
      this.#resize();
      this.#grid.setAttribute("aria-rowcount", String(store.length + 1));
      const row = this.#follows ? 0 : store.rowOf(this.#anchor.seq);
      const top = this.#follows || row < 0 ? 0 : row * this.#rowHeight + this.#anchor.above;
      if (Math.abs(this.#grid.scrollTop - top) >= 1) this.#grid.scrollTop = top;
      if (this.#toReveal) this.#scrollToRevealed();
    }

    const { scrollTop } = this.#grid;
    const first = Math.max(0, Math.floor(scrollTop / this.#rowHeight) - spareRows);
    const end = Math.min(store.length, Math.ceil((scrollTop + this.#height) / this.#rowHeight) + spareRows);
    const wanted = Math.ceil(this.#height / this.#rowHeight) + 2 * spareRows + 1;
    if (this.#rows.length !== wanted) this.#setRows(wanted);

    const today = new Date().toDateString();
    const used = new Set();
    for (let i = first; i < end; i++) {
      const slot = store.slot(i) % this.#rows.length;
      used.add(slot);
      this.#rows[slot].show(store.row(i), i, this.#rowHeight, this.#opened, this.#active, today);
    }
    this.#rows.forEach((row, slot) => used.has(slot) || row.hide());
    this.#showActive();
    this.#countNewer();
  }

  /** @param {number} n */
  #setRows(n) {
    this.#rows = Array.from({ length: n }, () => new Row());
    this.#space.replaceChildren(...this.#rows.map((row) => row.element));
  }

  #showActive() {
    const id = `message-${this.#active}`;
    if (this.#active && document.getElementById(id)) this.#grid.setAttribute("aria-activedescendant", id);
    else this.#grid.removeAttribute("aria-activedescendant");
  }

  /** Says how many rows have come in above. */
  #countNewer() {
    const atTop = this.#grid.scrollTop < this.#rowHeight;
    if (atTop && this.#store.length > 0) this.#seen = Math.max(this.#seen, this.#store.row(0).seq);
    const oldest = this.#store.rowOf(this.#seen);
    let n = atTop ? 0 : Math.max(0, oldest);
    if (!atTop && oldest >= 0 && this.#store.row(oldest).seq > this.#seen) n = oldest + 1;
    this.#newer.hidden = n === 0;
    if (n > 0) setText(this.#newer, `↑ ${plural(n, "new message")}`);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== this.#grid) return;
    const last = this.#store.length - 1;
    if (last < 0) return;
    const page = Math.max(1, Math.floor(this.#height / this.#rowHeight) - 1);
    const at = this.#active ? this.#store.rowOf(this.#active) : -1;
    const visible = Math.ceil(this.#grid.scrollTop / this.#rowHeight);
    const from = at < 0 ? visible - 1 : at;
    /** @type {Record<string, number>} */
    const targets = {
      ArrowDown: from + 1,
      ArrowUp: at < 0 ? visible : at - 1,
      PageDown: Math.max(from, 0) + page,
      PageUp: from - page,
      Home: 0,
      End: last,
    };
    if (event.key in targets) {
      event.preventDefault();
      this.#activate(Math.min(last, Math.max(0, targets[event.key])));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (at >= 0) this.#open(this.#store.row(at).seq, true);
    }
  }

  /** @param {number} row */
  #activate(row) {
    this.#active = this.#store.row(row).seq;
    this.#follows = false;
    const top = row * this.#rowHeight;
    const { scrollTop } = this.#grid;
    if (top < scrollTop) this.#grid.scrollTop = top;
    else if (top + this.#rowHeight > scrollTop + this.#height) this.#grid.scrollTop = top + this.#rowHeight - this.#height;
    this.#setAnchor();
    this.#render(false);
  }

  /** @param {number} seq @param {boolean} byKeyboard */
  #open(seq, byKeyboard) {
    this.#active = seq;
    this.#stay();
    this.#onOpen(seq, byKeyboard);
  }
}

/** The message of the row under the pointer. @param {Event} event */
function seqOf(event) {
  const row = event.target instanceof Element ? event.target.closest("[data-seq]") : null;
  return row instanceof HTMLElement ? Number(row.dataset.seq) : 0;
}
