// Helpers to build the document. Text reaches it as text nodes only, so nothing that was uploaded can become markup.

/**
 * @typedef {Record<string, string | number | boolean | null | undefined | EventListener>} Props
 *   Attributes by name. `true` sets an empty one, `false`, `null` and `undefined` none; a function listens to the event.
 */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  setProps(node, props);
  append(node, children);
  return node;
}

/**
 * @param {string} tag
 * @param {Props} [props]
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svg(tag, props, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setProps(node, props);
  append(node, children);
  return node;
}

/** @param {Element} node @param {Props} [props] */
function setProps(node, props = {}) {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
}

/** @param {Element} node @param {(Node | string | number | null | undefined | false)[]} children */
function append(node, children) {
  for (const child of children) {
    if (child != null && child !== false) node.append(child instanceof Node ? child : String(child));
  }
}

/**
 * An element of index.html.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`there is no #${id}`);
  return /** @type {T} */ (node);
}

/** Sets a text only when it differs: the browser would lay it out again. @param {Node} node @param {string | number} text */
export function setText(node, text) {
  const next = String(text);
  if (node.textContent !== next) node.textContent = next;
}

const numbers = new Intl.NumberFormat("en");

/** @param {number} n */
export const formatNumber = (n) => numbers.format(n);

/** @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${formatNumber(n)} ${n === 1 ? one : many}`;

/** @param {number} n */
export function formatBytes(n) {
  if (n < 1000) return plural(n, "byte");
  if (n < 1e6) return `${(n / 1e3).toFixed(1)} kB`;
  return `${(n / 1e6).toFixed(1)} MB`;
}

/**
 * A button that copies a text and says so.
 * @param {string} label what is copied, for those who do not see where the button is
 * @param {() => string} text
 * @param {string} [caption] what the button shows
 */
export function copyButton(label, text, caption = "Copy") {
  const button = el("button", { type: "button", class: "copy", "aria-label": label }, caption);
  let timer = 0;
  button.addEventListener("click", async () => {
    const done = await copyText(text());
    button.textContent = done ? "Copied" : "Not copied";
    button.classList.toggle("done", done);
    announce(done ? "Copied" : "The browser did not let the page copy");
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      button.textContent = caption;
      button.classList.remove("done");
    }, 1500);
  });
  return button;
}

/** @param {string} text */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // There is no clipboard over plain HTTP, except on loopback.
    const area = el("textarea", { class: "visually-hidden", readonly: true });
    area.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    const focused = document.activeElement;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return done;
  }
}

const quietMs = 15_000;
let arrived = 0;
let countTimer = 0;

/** Tells users of screen readers, without interrupting them. @param {string} text */
export function announce(text) {
  const region = byId("announcer");
  // A screen reader tells only changes, so the same text gets a space at its end.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

/** Tells how many messages came, rarely. @param {number} n */
export function announceArrivals(n) {
  arrived += n;
  if (countTimer || arrived === 0) return;
  countTimer = window.setTimeout(() => {
    announce(plural(arrived, "new message"));
    arrived = 0;
    countTimer = 0;
  }, quietMs);
}
