// Starts the built collector, and sends it events.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const binary = process.env.OTELCOL_SEGMENT ?? join(root, "build/otelcol-segment");
const waitMs = 30_000;

/**
 * Waits until a condition holds.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} condition
 * @param {number} [timeoutMs]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, condition, timeoutMs = waitMs) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited for ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Different ports that are free: all are opened before the first is closed. @param {number} n */
async function freePorts(n) {
  const servers = await Promise.all(Array.from({ length: n }, () => new Promise((resolve, reject) => {
    const server = createServer().on("error", reject).listen(0, "localhost", () => resolve(server));
  })));
  const ports = servers.map((server) => String(server.address().port));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export class Collector {
  #process;
  #output = "";
  #args;
  #env;
  #folder;

  /** @param {string[]} ports @param {string[]} overlays YAML, merged over testdata/collector.yaml */
  constructor(ports, overlays) {
    this.#folder = mkdtempSync(join(tmpdir(), "sandbox-page-"));
    this.#args = ["--config", fileURLToPath(new URL("testdata/collector.yaml", import.meta.url))];
    overlays.forEach((overlay, i) => {
      const path = join(this.#folder, `overlay-${i}.yaml`);
      writeFileSync(path, overlay);
      this.#args.push("--config", path);
    });
    this.#env = { ...process.env, SANDBOX_PORT: ports[0], HTTP_PORT: ports[1] };
    this.url = `http://localhost:${ports[0]}`;
    this.otlpUrl = `http://localhost:${ports[1]}/v1/logs`;
  }

  get pid() {
    return this.#process.pid;
  }

  get output() {
    return this.#output;
  }

  async start() {
    assert.ok(existsSync(binary), "there is no collector to test: run `make build` first, or name one with OTELCOL_SEGMENT");
    this.#process = spawn(binary, this.#args, { env: this.#env });
    const started = this.#process;
    for (const stream of [started.stdout, started.stderr]) stream.on("data", (data) => (this.#output += data));
    const from = this.#output.length;
    await until("the collector is ready", () => {
      if (started.exitCode !== null) throw new Error(`the collector has ended:\n${this.#output.slice(-4000)}`);
      return this.#output.slice(from).includes("Everything is ready");
    });
  }

  /** Ends the process; it may be started again on the same ports. */
  async stop() {
    const ended = this.#process;
    if (!ended || ended.exitCode !== null) return;
    const exit = new Promise((resolve) => ended.once("exit", resolve));
    ended.kill("SIGTERM");
    await exit;
  }

  /** Ends it for good. */
  async remove() {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Resident memory in bytes. */
  memory() {
    const pages = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"));
    assert.ok(pages);
    return Number(pages[1]) * 1024;
  }

  /** Sends records through the exporter. @param {object[]} records @param {string} [logger] */
  async emit(records, logger = "segment") {
    const response = await fetch(this.otlpUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ scope: { name: logger }, logRecords: records }] }] }),
    });
    assert.equal(response.status, 200, await response.text());
  }

  /** Uploads a message as a client of Segment would, whatever is wrong with it. @param {string} path @param {unknown} body an object, or JSON */
  async upload(path, body, key = "direct-write-key") {
    return fetch(this.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** Uploads messages in batches. @param {object[]} messages */
  async uploadAll(messages, size = 500) {
    for (let i = 0; i < messages.length; i += size) {
      const response = await this.upload("/v1/batch", { batch: messages.slice(i, i + size), sentAt: new Date().toISOString() });
      assert.equal(response.status, 200, await response.text());
    }
  }

  /** @param {string} path */
  async get(path) {
    const response = await fetch(this.url + path);
    assert.equal(response.status, 200, path);
    return response.json();
  }

  /** @param {string} method @param {string} path @param {unknown} [body] */
  async call(method, path, body) {
    const response = await fetch(this.url + path, {
      method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  }

  /** How many messages the sandbox has counted. */
  async count() {
    const { messages } = await this.get("/api/stats");
    return Object.values(messages).reduce((sum, n) => sum + n, 0);
  }
}

/** @param {...string} overlays */
export async function startCollector(...overlays) {
  for (let attempt = 1; ; attempt++) {
    const collector = new Collector(await freePorts(2), overlays);
    try {
      await collector.start();
      return collector;
    } catch (error) {
      await collector.remove();
      // Another program can take a port after it was found free.
      if (attempt === 5 || !collector.output.includes("address already in use")) throw error;
    }
  }
}

/** A key pair of RSA; the files are in a folder that is removed at the end. */
export function makeKeys() {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-keys-"));
  const [privateKey, publicKey] = ["private.pem", "public.pem"].map((name) => join(folder, name));
  execFileSync("openssl", ["genrsa", "-out", privateKey, "2048"], { stdio: "ignore" });
  execFileSync("openssl", ["rsa", "-in", privateKey, "-pubout", "-out", publicKey], { stdio: "ignore" });
  return { privateKey, publicKey, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** @param {unknown} value as an attribute of OTLP/JSON */
function toAnyValue(value) {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toAnyValue) } };
  return { kvlistValue: { values: toAttributes(/** @type {object} */ (value)) } };
}

/** @param {object} object */
const toAttributes = (object) => Object.entries(object).map(([key, value]) => ({ key, value: toAnyValue(value) }));

/** A log record of OTLP/JSON. @param {object} attributes @param {{event?: string, traceId?: string, spanId?: string, at?: number}} [options] */
export function record(attributes, { event, traceId, spanId, at = Date.now() } = {}) {
  return {
    timeUnixNano: `${at}000000`, eventName: event, traceId, spanId, attributes: toAttributes(attributes),
  };
}
