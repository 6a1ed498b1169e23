// Times of the reader's clock; the zone is named where they stand.

const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const datesWithYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const zones = new Intl.DateTimeFormat("en", { timeZoneName: "short" });

/** The name of the time zone, which may change with the season. @param {Date} [at] */
export const zoneName = (at = new Date()) =>
  zones.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? "local time";

/** A time of today to the millisecond, any other with its date. @param {string} iso @param {Date} [now] */
export function formatTime(iso, now = new Date()) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  if (at.toDateString() === now.toDateString()) return timeOfDay(at);
  return `${dates.format(at)} ${timeOfDay(at).slice(0, -4)}`;
}

/** With the date, the year and the zone. @param {string} iso */
export function formatFullTime(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${datesWithYear.format(at)}, ${timeOfDay(at)} ${zoneName(at)}`;
}

/** @param {Date} at */
function timeOfDay(at) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const ms = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}
