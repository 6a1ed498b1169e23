// The numbers of the header, and those beside the types of the filter.

import { byId, el, formatNumber, plural, setText } from "./dom.js";
import { types } from "./filters.js";

/** @typedef {import("./api.js").Stats} Stats */

/** @type {Stats} */
export const noStats = { requests: {}, messages: {}, duplicates: 0, violations: 0, evicted: 0 };

/** @param {Stats} stats */
export function showCounters(stats) {
  const total = Object.values(stats.messages).reduce((sum, n) => sum + n, 0);
  setText(byId("messages"), formatNumber(total));
  byId("evicted").hidden = stats.evicted === 0;
  setText(byId("evicted"), `${formatNumber(stats.evicted)} older removed`);
  showStatuses(byId("requests"), stats.requests);
  const tokens = stats.token_requests ?? {};
  byId("tokens-counter").hidden = Object.keys(tokens).length === 0;
  showStatuses(byId("tokens"), tokens);
  setText(byId("duplicates"), formatNumber(stats.duplicates));
}

/** What the filters would show of each type. @param {Map<string, number>} counts @param {string} chosen the type that is shown */
export function showTypes(counts, chosen) {
  let total = 0;
  for (const type of types) {
    const n = counts.get(type) ?? 0;
    total += n;
    setText(byId(`count-${type}`), formatNumber(n));
    // Few messages are of unknown type: their filter is shown when there are some, or when it is chosen.
    if (type === "unknown") byId("filter-unknown").hidden = n === 0 && chosen !== "unknown";
  }
  setText(byId("count-all"), formatNumber(total));
}

/**
 * @param {{violations: number, violating: number}} counts of the messages that the sandbox has
 * @param {number} total with those of messages that it has not, or that arrived again
 */
export function showViolations({ violations, violating }, total) {
  byId("violations-none").hidden = violating > 0;
  const button = byId("violations");
  button.hidden = violating === 0;
  setText(button, `${plural(violations, "violation")} in ${plural(violating, "message")}`);
  const others = byId("violations-others");
  others.hidden = total <= violations;
  setText(others, `+${formatNumber(total - violations)} not in the list`);
}

/** @param {HTMLElement} parent @param {Record<string, number>} counts */
function showStatuses(parent, counts) {
  const statuses = Object.keys(counts).sort();
  const key = JSON.stringify(counts);
  if (parent.dataset.shown === key) return;
  parent.dataset.shown = key;
  if (statuses.length === 0) {
    parent.replaceChildren("0");
    return;
  }
  parent.replaceChildren(...statuses.map((status) =>
    el("span", { class: "status", "data-class": status.match(/^[1-5]\d\d$/) ? `${status[0]}xx` : "other" },
      el("span", { class: "code" }, status), " ", formatNumber(counts[status]))));
}
