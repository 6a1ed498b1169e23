// What to do about records of which the exporter made no message.

import { el } from "./dom.js";

/** Words, of which those in backticks are code. @param {string} text @returns {(Node | string)[]} */
const withCode = (text) => text.split("`").map((words, i) => (i % 2 === 1 ? el("code", {}, words) : words));

export const notSelectedHint = () => withCode("To make them events, take a logger that is one of `translate::scopes` or below it " +
  "(`segment` by default, and so `segment.checkout`), or set the attribute `segment.event` or `segment.type`, or name the event in " +
  "`translate::events`.");

/** @type {Map<string, string>} */
const reasons = new Map(Object.entries({
  missing_identity: "Set `segment.user_id` or `segment.anonymous_id`, or name the attribute that has the user in `translate::user_id`.",
  missing_event_name: "A track needs a name: the event name of the record, or `segment.event`.",
  invalid_type: "`segment.type` must be identify, track, page, screen, group or alias.",
  unknown_source: "`segment.source` must be one of `sources` of the exporter. Without it, the exporter needs a `write_key`.",
  missing_group_id: "A group needs `segment.group_id`.",
  missing_previous_id: "An alias needs `segment.previous_id`.",
  missing_user_id: "An alias needs `segment.user_id`.",
  too_large: "Segment takes no message over 32,768 bytes: send fewer or shorter attributes (`translate::attributes`).",
  rejected: "The message was refused by itself: the log of the Collector has the answer.",
  refused: "One message after another was refused, and with them the rest of the request: the log of the Collector has the answer.",
  undelivered: "No attempt to deliver them succeeded before the retries or the Collector ended: the log of the Collector says why.",
}));

/** @param {string} reason */
export const dropHint = (reason) => withCode(reasons.get(reason) ?? "The log of the Collector says more.");
