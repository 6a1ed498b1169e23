// Makes calls with @segment/analytics-node. Each line of the input is a call as JSON, each line of the output its result.

import { createInterface } from 'node:readline'
import { Analytics } from '@segment/analytics-node'

const tags = {
  // JavaScript has no time without a zone. Python and the exporter read such a time as UTC.
  $date: (text) => new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : text + 'Z'),
  $decimal: Number,
  $nan: () => NaN,
  $bytes: (text) => Buffer.from(text, 'base64'),
  $repeat: ([text, times]) => text.repeat(times),
}

function untag(_, value) {
  const tag = Object.keys(value ?? {}).find((key) => Object.hasOwn(tags, key))
  return tag ? tags[tag](value[tag]) : value
}

const failures = []
const analytics = new Analytics({ writeKey: 'parity', host: process.argv[2], maxRetries: 0 })
analytics.on('error', ({ code, reason }) => failures.push(`${code}: ${reason?.message}`))
await analytics.ready

for await (const line of createInterface({ input: process.stdin })) {
  const call = JSON.parse(line, untag)
  failures.length = 0
  try {
    analytics[call.method](call.args)
    await analytics.flush()
  } catch (error) {
    if (!error.field) throw error // only a ValidationError is about a field of the call
    failures.push(error.message)
  }
  console.log(JSON.stringify({ refused: failures.join('; ') }))
}
await analytics.closeAndFlush()
