// Only columns that say something take room, so that names have it.

import { byId } from "./dom.js";

/** @param {import("./counts.js").Counts} counts of the messages in the list */
export function showColumns({ sources, violating, longestUser }) {
  const { classList, style } = byId("list");
  classList.toggle("with-sources", sources.size > 1);
  classList.toggle("with-violations", violating > 0);
  style.setProperty("--user-length", String(longestUser));
  style.setProperty("--source-length", String(Math.max(0, ...[...sources.keys()].map((source) => source.length))));
}
