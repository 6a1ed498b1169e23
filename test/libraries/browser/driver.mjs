// Makes calls with @segment/analytics-next in a headless Chromium: a call as JSON on each line in, what was not sent on the lines
// out. {"method": "close"} closes the page.

import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

const [host, writeKey, page, strategy] = process.argv.slice(2)
const strategies = {
  standard: undefined,
  batching: { strategy: 'batching', config: { size: 10, timeout: 100 } },
  // Nothing is sent before the page ends.
  closing: { strategy: 'batching', config: { size: 1000, timeout: 600_000 } },
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Most of these flags keep the browser itself from using the network.
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
})
try {
  const context = await browser.newContext({ timezoneId: 'Europe/Rome', locale: 'it-IT' })
  const tab = await context.newPage()
  tab.on('console', (message) => console.error(message.text()))
  await tab.goto(page)
  await tab.evaluate(([from, key, delivery]) => window.load(from, key, delivery), [host, writeKey, strategies[strategy]])
  for await (const line of createInterface({ input: process.stdin })) {
    const { name, method } = JSON.parse(line)
    if (method === 'close') {
      await tab.close({ runBeforeUnload: true })
      continue
    }
    const why = await tab.evaluate((text) => window.call(text), line)
    if (why) console.log(JSON.stringify({ name, why }))
  }
} finally {
  await browser.close()
}
