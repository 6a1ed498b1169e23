// How many messages there are of which kind, kept up to date as they come and go.

/** @typedef {import("./api.js").Summary} Summary */

/** What is known of the source of a message: its name, or else its write key as it is shown. @param {Pick<Summary, "source" | "write_key">} m */
export const sourceOf = (m) => m.source || m.write_key;

export class Counts {
  /** Messages by type, of those that all filters but that of the type let through. @type {Map<string, number>} */
  types = new Map();
  /** @type {Map<string, number>} */
  sources = new Map();
  violations = 0;
  /** Messages that have a violation. */
  violating = 0;
  /** Characters of the longest user there was: names get the room that users do not need. */
  longestUser = 0;

  /** @param {Summary} m @param {1 | -1} by @param {boolean} passes the filters but for that of the type */
  add(m, by, passes) {
    if (passes) change(this.types, m.type, by);
    change(this.sources, sourceOf(m), by);
    this.violations += by * m.violations;
    if (m.violations > 0) this.violating += by;
    this.longestUser = Math.max(this.longestUser, m.user?.length ?? 0);
  }

  /** @param {Summary} m that passes now */
  addType(m) {
    change(this.types, m.type, 1);
  }
}

/** @param {Map<string, number>} counts @param {string} key @param {number} by */
function change(counts, key, by) {
  const n = (counts.get(key) ?? 0) + by;
  if (n > 0) counts.set(key, n);
  else counts.delete(key);
}
