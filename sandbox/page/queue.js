// A list of messages that is cheap to cut at its beginning.

/** @typedef {import("./api.js").Summary} Summary */

export class Queue {
  /** @type {Summary[]} */
  #items = [];
  #start = 0;

  get length() {
    return this.#items.length - this.#start;
  }

  /** How many were ever in front of the first. */
  removed = 0;

  /** @param {number} i */
  at(i) {
    return this.#items[this.#start + i];
  }

  /** @param {Summary} item */
  push(item) {
    this.#items.push(item);
  }

  /** @param {number} seq the first that stays @param {(removed: Summary) => void} [onRemove] */
  dropBefore(seq, onRemove) {
    while (this.length > 0 && this.at(0).seq < seq) {
      onRemove?.(this.at(0));
      this.#start++;
      this.removed++;
    }
    if (this.#start > 1000 && this.#start > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
  }

  /** The index of the first with this number or a higher one. @param {number} seq */
  search(seq) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle).seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
