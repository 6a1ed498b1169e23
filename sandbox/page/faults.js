// The faults that the sandbox injects: what is on, one click for the usual ones, and off.

import { Refusal, addFault, deleteFault, deleteFaults, revokeTokens } from "./api.js";
import { announce, byId, el, formatNumber, plural } from "./dom.js";

/** @typedef {import("./api.js").Fault} Fault */

/** @type {Record<string, {says: string, fault: Fault}>} */
const usual = {
  "too-many": { says: "Uploads get 429 with Retry-After", fault: { status: 429, headers: { "Retry-After": "2" } } },
  error: { says: "Uploads get 500", fault: { status: 500 } },
  slow: { says: "Uploads take 2 seconds longer", fault: { latency: "2s" } },
  drop: { says: "Connections are dropped", fault: { drop_connection: true } },
  "lost-answer": { says: "Answers are lost: messages arrive, then the connection drops", fault: { drop_connection: true, after_delivery: true } },
};

export class Faults {
  #button = /** @type {HTMLButtonElement} */ (byId("faults-button"));
  #panel = byId("faults");
  #list = byId("faults-active");
  #off = /** @type {HTMLButtonElement} */ (byId("faults-off"));
  #banner = byId("faults-banner");
  #message = byId("faults-message");
  #times = /** @type {HTMLSelectElement} */ (byId("fault-times"));
  #path = /** @type {HTMLSelectElement} */ (byId("fault-path"));
  #dialog = /** @type {HTMLDialogElement} */ (byId("poison-dialog"));
  #shown = "";

  constructor() {
    this.#button.addEventListener("click", () => this.#toggle());
    byId("faults-banner-open").addEventListener("click", () => {
      if (this.#panel.hidden) this.#toggle();
      byId("faults-heading").focus();
    });
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.#toggle();
      this.#button.focus();
    });
    for (const button of [this.#off, byId("faults-banner-off")]) {
      button.addEventListener("click", () => this.#do(() => deleteFaults(), "Faults are off"));
    }
    for (const button of this.#panel.querySelectorAll("[data-fault]")) {
      const { says, fault } = usual[/** @type {HTMLElement} */ (button).dataset.fault ?? ""];
      button.addEventListener("click", () => this.#add(says, fault));
    }
    byId("fault-token").addEventListener("click", () => this.#expireTokens());
    byId("fault-poison").addEventListener("click", () => this.#dialog.showModal());
    byId("poison-cancel").addEventListener("click", () => this.#dialog.close());
    byId("poison-form").addEventListener("submit", () => {
      const text = /** @type {HTMLInputElement} */ (byId("poison-text")).value;
      // Without a number of times, so that each attempt to send the message is refused.
      this.#do(() => addFault({ ...this.#at(), status: 400, only_if_contains: text }),
        `Messages that contain ${text} are refused`);
    });
  }

  /** @param {Fault[]} faults those that are on */
  update(faults) {
    const key = JSON.stringify(faults);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#banner.hidden = faults.length === 0;
    byId("faults-banner-text").textContent = faults.length === 1 ? describe(faults[0]) : `${plural(faults.length, "fault")} injected`;
    byId("faults-count").textContent = faults.length > 0 ? formatNumber(faults.length) : "";
    this.#off.disabled = faults.length === 0;
    byId("faults-none").hidden = faults.length > 0;
    const focused = document.activeElement;
    const lostFocus = focused !== null && this.#list.contains(focused);
    this.#list.replaceChildren(...faults.map((fault) => this.#item(fault)));
    if (lostFocus) byId("faults-heading").focus();
  }

  #toggle() {
    this.#panel.hidden = !this.#panel.hidden;
    this.#button.setAttribute("aria-expanded", String(!this.#panel.hidden));
  }

  /** @param {Fault} fault */
  #item(fault) {
    const text = describe(fault);
    const remove = el("button", { type: "button", class: "small", "aria-label": `Stop: ${text}` }, "Stop");
    remove.addEventListener("click", () => this.#do(() => deleteFault(fault.id ?? 0), "Fault stopped"));
    return el("li", {}, el("span", { class: "fault-text" }, text),
      el("span", { class: "fault-hits" }, fault.hits ? `hit ${plural(fault.hits, "request")}` : "not hit yet"), remove);
  }

  /** The path of a new fault; without one it is for all uploads. */
  #at() {
    return this.#path.value ? { path: this.#path.value } : {};
  }

  /** @param {string} says @param {Fault} fault */
  #add(says, fault) {
    const times = Number(this.#times.value);
    const full = { ...this.#at(), ...fault, ...(times > 0 ? { times } : {}) };
    return this.#do(() => addFault(full), says);
  }

  async #expireTokens() {
    try {
      await revokeTokens();
      this.#say("Tokens are revoked: the next upload gets 401, and a new token is asked for");
    } catch (error) {
      if (error instanceof Refusal && error.code === "oauth_off") {
        // There are no tokens to revoke, but the answer to a revoked one can be tried.
        await this.#do(() => addFault({ ...this.#at(), status: 401, times: 1 }),
          "The sandbox asks for no tokens (oauth is off): the next upload gets 401 instead");
        return;
      }
      this.#fail(error);
    }
  }

  /** @param {() => Promise<unknown>} action @param {string} says */
  async #do(action, says) {
    try {
      await action();
      this.#say(says);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {string} text */
  #say(text) {
    this.#message.textContent = text;
    this.#message.classList.remove("bad");
    announce(text);
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#message.textContent = `Not done: ${error instanceof Error ? error.message : String(error)}`;
    this.#message.classList.add("bad");
    announce(this.#message.textContent);
  }
}

/** A fault in a sentence. @param {Fault} fault */
export function describe(fault) {
  const parts = [];
  if (fault.status) parts.push(`answer ${fault.status}`);
  const retry = Object.entries(fault.headers ?? {}).map(([name, value]) => `${name}: ${value}`).join(", ");
  if (retry) parts.push(`with ${retry}`);
  if (fault.latency && fault.latency !== "0s") parts.push(fault.status ? `after ${fault.latency}` : `wait ${fault.latency}`);
  if (fault.drop_connection) parts.push(fault.after_delivery ? "deliver, then drop the connection" : "drop the connection");
  else if (fault.after_delivery) parts.push("after delivery");
  let text = parts.join(" ") || "no change";
  if (fault.only_if_contains) text += ` if the body contains “${fault.only_if_contains}”`;
  if (fault.probability && fault.probability < 1) text += ` to ${Math.round(fault.probability * 100)}% of requests`;
  text = text[0].toUpperCase() + text.slice(1);
  text += ` · ${fault.path || "all uploads"}`;
  if (fault.source) text += ` of ${fault.source}`;
  if (fault.times) text += ` · ${formatNumber(fault.times)} left`;
  return text;
}
