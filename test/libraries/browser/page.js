// Makes the calls of the driver with @segment/analytics-next.

const tags = {
  $date: (text) => new Date(text),
  $repeat: ([text, times]) => text.repeat(times),
}

function untag(_, value) {
  const tag = Object.keys(value ?? {}).find((key) => Object.hasOwn(tags, key))
  return tag ? tags[tag](value[tag]) : value
}

let analytics

/** Loads the settings of the source from host. */
window.load = async (host, writeKey, deliveryStrategy) => {
  // Settings of a gateway say https.
  const destination = { protocol: 'http', deliveryStrategy }
  const options = { integrations: { 'Segment.io': destination } }
  analytics = (await window.AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnURL: host }, options))[0]
  // Both runs have to have the same one.
  analytics.setAnonymousId('visitor-1')
}

/** Makes a call and returns why it was not sent, undefined when it was. */
window.call = async (line) => {
  const { name, method, args } = JSON.parse(line, untag)
  const { event, userId, groupId, previousId, category, name: title, properties, traits, ...options } = args
  options.context = { ...options.context, call: name }
  if (userId !== undefined && !['identify', 'alias'].includes(method)) options.userId = userId
  const made = {
    track: () => analytics.track(event, properties, options),
    identify: () => analytics.identify(userId, traits, options),
    page: () => analytics.page(category ?? null, title, properties, options),
    screen: () => analytics.screen(category ?? null, title, properties, options),
    group: () => analytics.group(groupId, traits, options),
    alias: () => analytics.alias(userId, previousId, options),
  }
  try {
    const context = await made[method]()
    return context.failedDelivery()?.reason?.message
  } catch (error) {
    return error.message
  }
}
