// Makes calls with @segment/analytics-node: a call as JSON on each line in, what was not sent on the lines out.

import { createInterface } from 'node:readline'
import { Analytics } from '@segment/analytics-node'

const tags = {
  $date: (text) => new Date(text),
  $repeat: ([text, times]) => text.repeat(times),
}

function untag(_, value) {
  const tag = Object.keys(value ?? {}).find((key) => Object.hasOwn(tags, key))
  return tag ? tags[tag](value[tag]) : value
}

const report = (name, why) => console.log(JSON.stringify({ name, why: String(why) }))

const [host, writeKey] = process.argv.slice(2)
// The defaults would lose messages when the collector is away for a while.
const analytics = new Analytics({ host, writeKey, maxRetries: 20, flushInterval: 200 })
analytics.on('error', ({ code, reason, ctx }) => report(ctx?.event.context.call, `${code}: ${reason?.message ?? reason}`))
await analytics.ready

for await (const line of createInterface({ input: process.stdin })) {
  const { name, method, args } = JSON.parse(line, untag)
  try {
    analytics[method]({ ...args, context: { ...args.context, call: name } })
  } catch (error) {
    if (!error.field) throw error // only a ValidationError is about a field of the call
    report(name, error.message)
  }
}
await analytics.closeAndFlush({ timeout: 120_000 })
