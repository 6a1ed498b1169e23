// Requests to the sandbox. It takes changes from its own origin only, which the browser tells it.

/**
 * @typedef {Object} Summary
 * @property {number} seq
 * @property {string} received_at
 * @property {string} path
 * @property {string} channel
 * @property {string} write_key
 * @property {string} source empty: it is not known by a name
 * @property {number} attempt
 * @property {string} type
 * @property {string} [name]
 * @property {string} [user]
 * @property {number} size
 * @property {number} violations
 */

/**
 * @typedef {Object} Fault
 * @property {number} [id]
 * @property {number} [hits]
 * @property {string} [path]
 * @property {string} [source]
 * @property {number} [status]
 * @property {Record<string, string>} [headers]
 * @property {string} [body]
 * @property {number} [times]
 * @property {number} [probability]
 * @property {string} [latency]
 * @property {boolean} [drop_connection]
 * @property {boolean} [after_delivery]
 * @property {string} [only_if_contains]
 */

/**
 * @typedef {Object} Stats
 * @property {Record<string, number>} requests
 * @property {Record<string, number>} [token_requests]
 * @property {Record<string, number>} messages
 * @property {number} duplicates
 * @property {number} violations
 * @property {number} evicted
 * @property {number} [faults_injected]
 * @property {Fault[]} [faults]
 * @property {{from: number, counts: number[]}} [per_second]
 */

/**
 * @typedef {{records: number, last_at: string}} Seen
 * @typedef {{exporter: string, logger: string, event: string, vocabulary: boolean} & Seen} NotSelected
 * @typedef {{exporter: string, reason: string, event: string, message_id: string} & Seen} Dropped
 * @typedef {{not_selected: NotSelected[], dropped: Dropped[], totals: {not_selected: number, dropped: number}}} RecordLists
 */

/** What the sandbox said when it refused. */
export class Refusal extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 */
async function request(method, path, body, signal) {
  const sent = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, { method, signal, ...sent });
  const text = await response.text();
  if (response.ok) return text;
  let error;
  try {
    error = JSON.parse(text).error;
  } catch {
    // The answer is not JSON: something between the page and the sandbox has answered.
  }
  throw new Refusal(response.status, error?.code ?? "", error?.message ?? `the sandbox answered ${response.status}`);
}

/** The JSON of one message, as text. @param {number} seq @param {AbortSignal} signal */
export const getMessage = (seq, signal) => request("GET", `/api/messages/${seq}`, undefined, signal);

/**
 * @param {Record<string, string>} query
 * @param {AbortSignal} signal
 * @returns {Promise<{messages: Summary[], last_seq: number}>}
 */
export async function findMessages(query, signal) {
  const parameters = new URLSearchParams({ view: "summary", ...query });
  return JSON.parse(await request("GET", `/api/messages?${parameters}`, undefined, signal));
}

export const deleteMessages = () => request("DELETE", "/api/messages");
export const revokeTokens = () => request("DELETE", "/api/tokens");

/** @returns {Promise<Fault[]>} */
export const getFaults = async () => JSON.parse(await request("GET", "/api/faults"));
/** @param {Fault} fault */
export const addFault = (fault) => request("POST", "/api/faults", fault);
/** @param {number} id */
export const deleteFault = (id) => request("DELETE", `/api/faults/${id}`);
export const deleteFaults = () => request("DELETE", "/api/faults");
