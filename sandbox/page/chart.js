// Messages per second over the last five minutes, one bar a second.

import { byId, formatNumber, setText } from "./dom.js";

const seconds = 300;
const height = 40;

export class Chart {
  #bars = byId("bars");
  #chart = byId("chart");
  #rates = byId("rates");
  /** One for each second; the last is the current one. @type {number[]} */
  #counts = new Array(seconds).fill(0);
  /** When the first of them began, in ms by the clock of the sandbox. */
  #from = 0;
  /** How many ms the clock of the sandbox is ahead of the one here. */
  #ahead = 0;

  constructor() {
    // Time goes on when no message comes.
    setInterval(() => this.#draw(), 1000);
    this.#draw();
  }

  /** @param {{from: number, counts: number[]}} perSecond from the Unix time of the first count */
  update({ from, counts }) {
    this.#from = from * 1000;
    this.#counts = counts;
    this.#ahead = this.#from + counts.length * 1000 - Date.now();
    this.#draw();
  }

  #draw() {
    const passed = Math.round((Date.now() + this.#ahead - this.#from) / 1000) - this.#counts.length;
    const empty = Math.min(seconds, Math.max(0, passed));
    const shown = [...this.#counts.slice(empty), ...new Array(empty).fill(0)].slice(-seconds);
    // The current second is not over, so the one before it counts too.
    const now = Math.max(shown.at(-1) ?? 0, shown.at(-2) ?? 0);
    const peak = Math.max(...shown);
    const scale = peak > 0 ? (height - 1) / peak : 0;
    let path = "";
    shown.forEach((n, i) => {
      if (n > 0) path += `M${i},${height}v-${Math.max(1, n * scale).toFixed(1)}h1V${height}z`;
    });
    this.#bars.setAttribute("d", path);
    const text = `${formatNumber(now)}/s now, ${formatNumber(peak)}/s at most`;
    setText(this.#rates, text);
    this.#chart.setAttribute("aria-label", `Messages per second over the last five minutes: ${text}`);
  }
}
