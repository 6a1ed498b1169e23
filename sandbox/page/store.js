// The summaries of the messages in the sandbox, and those of them that the filters let through.

import { Counts, sourceOf } from "./counts.js";
import { Queue } from "./queue.js";

/** @typedef {import("./api.js").Summary} Summary */

/**
 * @typedef {Object} Filter
 * @property {string} type empty: all
 * @property {string} text empty: all; only the sandbox knows the whole messages, so it answers which contain it
 * @property {boolean} violations
 * @property {string} source empty: all
 */

export class Store {
  #all = new Queue();
  #view = new Queue();
  /** @type {Filter} */
  #filter = { type: "", text: "", violations: false, source: "" };
  /** Those that contain the text of the filter. @type {Set<number>} */
  #hits = new Set();
  #held = 0;
  #counts = new Counts();
  /** The last message that comes into a paused view. */
  #pausedAt = Infinity;

  /** The highest number seen. */
  lastSeq = 0;

  get paused() {
    return this.#pausedAt !== Infinity;
  }

  /** How many messages the sandbox has. */
  get size() {
    return this.#all.length;
  }

  /** How many the view has. */
  get length() {
    return this.#view.length;
  }

  /** What there is in the sandbox, whether it is in the view or held. */
  get counts() {
    return this.#counts;
  }

  /** How many would have come into the view since it was paused. */
  get held() {
    return this.#held;
  }

  /** The slot of a row: a number that no other message of the view has, and that its message keeps. @param {number} i */
  slot(i) {
    return this.#view.removed + this.#view.length - 1 - i;
  }

  /** @param {number} slot */
  rowOfSlot(slot) {
    return this.#view.removed + this.#view.length - 1 - slot;
  }

  /** The message of a row; row 0 is the newest. @param {number} i */
  row(i) {
    return this.#view.at(this.#view.length - 1 - i);
  }

  /** The row of a message, or of the next older one; -1 when there is none. @param {number} seq */
  rowOf(seq) {
    const i = this.#view.search(seq);
    if (i < this.#view.length && this.#view.at(i).seq === seq) return this.#view.length - 1 - i;
    return i === 0 ? this.#view.length - 1 : this.#view.length - i;
  }

  /** @param {number} seq */
  get(seq) {
    const i = this.#all.search(seq);
    const found = i < this.#all.length ? this.#all.at(i) : undefined;
    return found?.seq === seq ? found : undefined;
  }

  /** Takes what the sandbox sent, and returns how many messages came into the view. @param {Summary[]} messages */
  add(messages) {
    const before = this.#view.length;
    const heldBefore = this.#held;
    for (const message of messages) {
      if (message.seq <= this.lastSeq) continue;
      this.lastSeq = message.seq;
      this.#all.push(message);
      this.#count(message, 1);
      this.#offer(message);
    }
    return this.#view.length - before + this.#held - heldBefore;
  }

  /** Takes what is new about messages that are there. @param {Summary[]} messages */
  update(messages) {
    let moved = false;
    for (const message of messages) {
      const known = this.get(message.seq);
      if (!known) continue;
      const before = this.#matches(known);
      this.#count(known, -1);
      Object.assign(known, message); // the view holds the same object
      this.#count(known, 1);
      moved ||= before !== this.#matches(known);
    }
    if (moved) this.#rebuild();
  }

  /** @param {Summary} message */
  #offer(message) {
    if (!this.#matches(message)) return;
    if (message.seq > this.#pausedAt) this.#held++;
    else this.#view.push(message);
  }

  /** Forgets what the sandbox no longer has. @param {number} firstSeq */
  dropBefore(firstSeq) {
    this.#all.dropBefore(firstSeq, (message) => this.#count(message, -1));
    if (!this.paused) this.#view.dropBefore(firstSeq);
    if (this.#hits.size > 2 * this.#all.length + 1000) {
      for (const seq of this.#hits) if (seq < firstSeq) this.#hits.delete(seq);
    }
  }

  /** Forgets everything: the sandbox has, or it was started anew and counts from 1 again. */
  reset() {
    this.lastSeq = 0;
    if (this.paused) this.#pausedAt = 0;
    this.#all = new Queue();
    this.#view = new Queue();
    this.#hits.clear();
    this.#held = 0;
    this.#counts = new Counts();
  }

  /** @param {Filter} filter @param {Summary[]} [hits] what contains the text */
  setFilter(filter, hits = []) {
    this.#filter = { ...filter };
    this.#hits = new Set(hits.map((m) => m.seq));
    this.#counts.types.clear();
    for (let i = 0; i < this.#all.length; i++) {
      const message = this.#all.at(i);
      if (this.#passes(message)) this.#counts.addType(message);
    }
    this.#rebuild();
  }

  /** More messages that contain the text. @param {Summary[]} hits */
  addHits(hits) {
    let newest = this.#view.length > 0 ? this.#view.at(this.#view.length - 1).seq : 0;
    let between = false;
    for (const { seq } of hits) {
      if (this.#hits.has(seq)) continue;
      this.#hits.add(seq);
      const message = this.get(seq);
      if (!message) continue; // it comes later, or has gone
      if (this.#passes(message)) this.#counts.addType(message);
      if (seq > newest) this.#offer(message);
      else between = true;
      newest = Math.max(newest, seq);
    }
    if (between) this.#rebuild();
  }

  pause() {
    this.#pausedAt = this.lastSeq;
  }

  resume() {
    this.#pausedAt = Infinity;
    this.#rebuild();
  }

  #rebuild() {
    const view = new Queue();
    // Slots of the new view must not be taken for those of the old one.
    view.removed = this.#view.removed + this.#view.length;
    this.#view = view;
    this.#held = 0;
    for (let i = 0; i < this.#all.length; i++) this.#offer(this.#all.at(i));
  }

  /** @param {Summary} m */
  #matches(m) {
    return (!this.#filter.type || m.type === this.#filter.type) && this.#passes(m);
  }

  /** Whether the filters let a message through, but for that of the type. @param {Summary} m */
  #passes(m) {
    const { text, violations, source } = this.#filter;
    return (!violations || m.violations > 0) && (!source || sourceOf(m) === source) && (!text || this.#hits.has(m.seq));
  }

  /** @param {Summary} m @param {1 | -1} by */
  #count(m, by) {
    this.#counts.add(m, by, this.#passes(m));
  }
}
