// Opens the page in a headless Chromium, as a visitor would who comes from a newsletter.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { serve } from './serve.js';

const PAGE = '/products/g-32?utm_source=newsletter&utm_campaign=spring';
const TIMEOUT = 30_000;

// Debian's Chromium, or the Chrome that is installed.
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path));

const server = await serve();
const browser = await chromium.launch(executablePath ? { executablePath } : { channel: 'chrome' });
try {
  const page = await browser.newPage({ locale: 'en-GB' });
  page.on('console', (message) => {
    if (message.type() === 'error') {
      console.error(message.text());
      process.exitCode = 1;
    }
  });
  page.on('pageerror', (error) => {
    console.error(error);
    process.exitCode = 1;
  });
  await page.goto(server.url + PAGE);
  await page.getByText('Events sent').waitFor({ timeout: TIMEOUT });
} finally {
  await browser.close();
  server.close();
}
