// One call of each type with Segment's library for Node.js. Only the host is set: the receiver instead of Segment.

import { Analytics } from '@segment/analytics-node'

const host = process.env.SEGMENT_HOST ?? 'http://localhost:9080'
const analytics = new Analytics({ writeKey: 'demo-write-key', host })
analytics.on('error', ({ code, reason }) => {
  console.error(`not sent: ${code}: ${reason?.message ?? reason}`)
  process.exitCode = 1
})

analytics.page({ anonymousId: 'visitor-1', category: 'Docs', name: 'Home', properties: { path: '/' } })
analytics.alias({ previousId: 'visitor-1', userId: 'user-42' })
analytics.identify({ userId: 'user-42', traits: { name: 'Ada', email: 'ada@example.com' } })
analytics.group({ userId: 'user-42', groupId: 'acme', traits: { name: 'Acme' } })
analytics.screen({ userId: 'user-42', name: 'Cart' })
analytics.track({
  userId: 'user-42',
  event: 'Order Completed',
  properties: { order_id: '1001', total: 59.9, products: [{ sku: 'A-1', quantity: 2 }] },
})
await analytics.closeAndFlush()
