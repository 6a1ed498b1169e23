// Starts a headless Chromium.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];

export const chromiumPath = candidates.find((path) => path && existsSync(path));

export const screenshots = fileURLToPath(new URL("../../build/screenshots/", import.meta.url));

// Most of these flags keep the browser itself from using the network.
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

/** Playwright gives each browser a new user data folder. */
export function launch() {
  if (!chromiumPath) throw new Error("there is no Chromium: install Debian's package chromium, or name one with CHROMIUM");
  return chromium.launch({ executablePath: chromiumPath, args, headless: true });
}

// make test-ui runs this first, so that a missing browser is reported before anything is built.
if (process.argv[1] === fileURLToPath(import.meta.url) && !chromiumPath) {
  console.error("make test-ui needs Chromium. On Debian or Ubuntu: apt-get install -y chromium. " +
    "Elsewhere install Chromium or Chrome and say where it is: make test-ui CHROMIUM=/path/to/chromium");
  process.exit(1);
}
