// One row of the list.

import { sourceOf } from "./counts.js";
import { el, formatNumber, setText } from "./dom.js";
import { formatTime } from "./time.js";

/** @typedef {import("./api.js").Summary} Summary */

/** An element that shows one message after the other. */
export class Row {
  #time = el("time", {});
  #badge = el("span", { class: "type" });
  #name = el("span", { role: "gridcell", class: "cell-name" });
  #user = el("span", { role: "gridcell", class: "cell-user" });
  #source = el("span", { role: "gridcell", class: "cell-source" });
  #violations = el("span", { role: "gridcell", class: "cell-violations" });
  element = el("div", { role: "row", class: "row", hidden: true },
    el("span", { role: "gridcell", class: "cell-time" }, this.#time), el("span", { role: "gridcell", class: "cell-type" }, this.#badge), this.#name, this.#user, this.#source,
    this.#violations);

  /** What is on the screen, so that only what differs is written. */
  #shown = { seq: 0, today: "", attempt: 0, violations: 0, row: -1, height: 0, opened: false, active: false };

  hide() {
    if (this.#shown.seq === 0) return;
    this.#shown = { ...this.#shown, seq: 0 };
    this.element.hidden = true;
    this.element.removeAttribute("id");
  }

  /**
   * @param {Summary} m @param {number} row @param {number} height @param {number} openedSeq @param {number} activeSeq
   * @param {string} today the date, which is left out
   */
  show(m, row, height, openedSeq, activeSeq, today) {
    const shown = this.#shown;
    const opened = m.seq === openedSeq;
    const active = m.seq === activeSeq;
    if (shown.seq !== m.seq || shown.today !== today || shown.attempt !== m.attempt || shown.violations !== m.violations) this.#fill(m);
    if (shown.row !== row || shown.height !== height) {
      this.element.style.transform = `translateY(${row * height}px)`;
      this.element.setAttribute("aria-rowindex", String(row + 2));
    }
    if (shown.opened !== opened || shown.seq !== m.seq) this.element.setAttribute("aria-selected", String(opened));
    if (shown.active !== active) this.element.classList.toggle("active", active);
    this.#shown = { seq: m.seq, today, attempt: m.attempt, violations: m.violations, row, height, opened, active };
  }

  /** @param {Summary} m */
  #fill(m) {
    this.element.hidden = false;
    this.element.id = `message-${m.seq}`;
    this.element.dataset.seq = String(m.seq);
    setText(this.#time, formatTime(m.received_at));
    this.#time.dateTime = m.received_at;
    this.#time.title = m.received_at;
    setText(this.#badge, m.type);
    this.#badge.dataset.type = m.type;
    this.#name.replaceChildren(m.name ? el("span", {}, m.name) : el("span", { class: "none" }, "–"));
    this.#name.title = m.name ?? "";
    if (m.attempt > 1) {
      this.#name.append(el("span", { class: "attempts" }, `×${formatNumber(m.attempt)}`,
        el("span", { class: "visually-hidden" }, " arrived as often")));
    }
    this.#user.replaceChildren(m.user ? m.user : el("span", { class: "none" }, "nobody"));
    this.#user.title = m.user ?? "";
    setText(this.#source, sourceOf(m));
    this.#source.title = sourceOf(m);
    this.#violations.replaceChildren(m.violations > 0
      ? el("span", { class: "warning" }, formatNumber(m.violations), el("span", { class: "visually-hidden" },
        m.violations === 1 ? " violation" : " violations"))
      : el("span", { class: "visually-hidden" }, "none"));
    this.element.classList.toggle("violates", m.violations > 0);
  }
}
