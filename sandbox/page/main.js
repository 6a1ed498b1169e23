// The live page of the sandbox: wires its parts together.

import { findMessages, getFaults } from "./api.js";
import { Chart } from "./chart.js";
import { askBeforeClear } from "./clear.js";
import { showColumns } from "./columns.js";
import { noStats, showCounters, showTypes, showViolations } from "./counters.js";
import { Detail } from "./detail.js";
import { announce, announceArrivals, byId, formatNumber, plural, setText } from "./dom.js";
import { fillEmptyState } from "./empty.js";
import { Faults } from "./faults.js";
import { Filters } from "./filters.js";
import { List } from "./list.js";
import { Records } from "./records.js";
import { Search } from "./search.js";
import { Store } from "./store.js";
import { Stream } from "./stream.js";
import { zoneName } from "./time.js";

const store = new Store();
const list = new List(store, openMessage);
const chart = new Chart();
const faults = new Faults();
const records = new Records();
const filters = new Filters(applyFilter);
const search = new Search((found) => {
  store.addHits(found);
  refresh();
});
/** @type {Detail} */
const detail = new Detail({
  close: closeMessage,
  step: (by) => {
    const next = list.neighbor(detail.seq, by);
    if (next) openMessage(next, false);
  },
  canStep: (by) => list.neighbor(detail.seq, by) !== undefined,
  summary: (seq) => store.get(seq),
});

/** Whether the list is what the sandbox has: before that, an empty one says nothing. */
let synced = false;
/** The last message that was there when the page was opened. */
let openedAt = Infinity;

/** Which run of the sandbox the messages are of: another one begins with the same numbers. */
let run = "";

const stream = new Stream({
  lastSeq: () => store.lastSeq,
  messages: ({ messages, last_seq: lastSeq, first_seq: firstSeq, run: newRun }) => {
    if (run && newRun !== run) {
      run = newRun;
      forget();
      stream.open();
      return;
    }
    run = newRun;
    const arrived = store.add(messages);
    if (firstSeq !== undefined) store.dropBefore(firstSeq);
    if (lastSeq > openedAt) announceArrivals(arrived);
    synced = true;
    if (detail.seq && messages.some((m) => m.seq === detail.seq)) {
      list.reveal(detail.seq);
      detail.reload(); // it was opened by a link, and its type and size come with the list
    }
    search.continue(lastSeq);
    refresh();
  },
  reset: forget,
  stats: (stats) => {
    showCounters(stats);
    faults.update(stats.faults ?? []);
    if (stats.per_second) chart.update(stats.per_second);
    if (stats.duplicates !== duplicates) void readAgain();
    duplicates = stats.duplicates;
    violations = stats.violations;
    refresh();
  },
  records: (lists) => {
    records.update(lists, store.size === 0);
    refresh();
  },
  state: (state) => {
    const connection = byId("connection");
    const before = connection.dataset.state;
    if (state === before) return;
    connection.dataset.state = state;
    setText(byId("connection-text"), { connecting: "Connecting", live: "Live", lost: "Reconnecting" }[state]);
    if (state === "lost") announce("Connection lost, trying again");
    if (state === "live" && before === "lost") announce("Connected again");
    refresh();
  },
});

function forget() {
  store.reset();
  list.reset();
  openedAt = 0;
  duplicates = 0;
  violations = 0;
  search.start(filters.current.text);
  showCounters(noStats);
  // A sandbox that was started anew has no faults.
  getFaults().then((list) => faults.update(list), () => {});
  refresh();
}

// --- what changes of messages that are there

let duplicates = 0;
/** The violations that the sandbox has counted. */
let violations = 0;
let readingAgain = false;
const readAgainMs = 2000;

/** A message that arrives again changes the first one, about which the stream is silent. */
async function readAgain() {
  if (readingAgain || store.size === 0) return;
  readingAgain = true;
  try {
    const { messages } = await findMessages({}, AbortSignal.timeout(10_000));
    store.update(messages);
    detail.reload();
    refresh();
  } catch {
    // The next duplicate asks again.
  }
  setTimeout(() => (readingAgain = false), readAgainMs);
}

function refresh() {
  showColumns(store.counts);
  list.update();
  detail.updateSteps();
  const none = store.length === 0;
  byId("empty").hidden = !synced || store.size > 0;
  setText(byId("empty-heading"), records.any ? "Records came, but no message" : "Nothing has arrived yet");
  byId("empty-why").hidden = !records.any;
  byId("no-match").hidden = store.size === 0 || !none || store.held > 0 || search.isFirst;
  byId("list").hidden = none;
  setText(byId("shown"), filters.isSet
    ? `${formatNumber(store.length)} of ${plural(store.size, "message")}`
    : plural(store.length, "message"));
  for (const zone of document.querySelectorAll(".zone")) setText(zone, zoneName());
  showTypes(store.counts.types, filters.current.type);
  filters.offerSources(store.counts.sources.keys());
  showViolations(store.counts, violations);
  setText(byId("pause-text"), store.paused ? "Resume" : "Pause");
  setText(byId("held"), store.held > 0 ? `${formatNumber(store.held)} held` : "");
  byId("pause").classList.toggle("on", store.paused);
}

function applyFilter() {
  search.start(filters.current.text);
  store.setFilter(filters.current);
  list.toTop();
  refresh();
}

byId("reset-filters").addEventListener("click", () => {
  filters.reset();
  byId("text").focus();
});

byId("violations").addEventListener("click", () => filters.showViolations());

byId("skip").addEventListener("click", (event) => {
  // The link would take the open message out of the address.
  event.preventDefault();
  if (store.length > 0) list.focus();
  else byId("empty").focus();
});

// --- pause and clear

byId("pause").addEventListener("click", () => {
  if (store.paused) store.resume();
  else store.pause();
  announce(store.paused ? "Paused" : "Resumed");
  refresh();
});

askBeforeClear({ size: () => store.size, onCleared: closeMessage });

// --- the open message, which the address bar carries

/** @param {number} seq @param {boolean} byKeyboard */
function openMessage(seq, byKeyboard) {
  const address = `${location.pathname}${location.search}#m=${seq}`;
  // The back button closes the message, however many were looked at.
  if (detail.seq) history.replaceState(history.state, "", address);
  else history.pushState({ fromList: location.search }, "", address);
  showMessage(seq, byKeyboard);
}

function closeMessage() {
  if (!detail.seq) return;
  // With other filters than before, the way back would undo them.
  if (history.state?.fromList === location.search) {
    history.back();
    return;
  }
  history.replaceState(null, "", location.pathname + location.search);
  followAddress();
}

/** @param {number} seq @param {boolean} focus */
function showMessage(seq, focus) {
  list.setOpened(seq);
  void detail.open(seq, focus);
}

function followAddress() {
  const seq = Number(/^#m=(\d{1,15})$/.exec(location.hash)?.[1] ?? 0);
  if (seq === detail.seq) return;
  if (seq) {
    showMessage(seq, false);
    return;
  }
  const hadFocus = byId("detail").contains(document.activeElement) || document.activeElement === document.body;
  detail.close();
  list.setOpened(0);
  if (hadFocus) list.focus();
}

addEventListener("popstate", followAddress);

// At midnight what came today is of yesterday.
setInterval(() => list.update(), 60_000);

fillEmptyState();
store.setFilter(filters.current);
search.start(filters.current.text);
followAddress();
// Before the stream begins, so that what it brings is new.
findMessages({ limit: "1" }, AbortSignal.timeout(10_000)).then(({ last_seq: lastSeq }) => {
  openedAt = lastSeq;
  list.markSeen(lastSeq);
}, () => (openedAt = 0)).finally(() => stream.open());
