// Makes one kind of event many times and prints what that cost this process.

import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { Analytics } from '@segment/analytics-node';

const [form, shape, url] = process.argv.slice(2);
const [warmUp, events] = process.argv.slice(5).map(Number);

const BURST = 2_000; // fits into the default queue of the SDK, which drops what does not
const TURN = 60; // events between pauses: a program that never pauses sends nothing, having one thread
const USER = 'customer-1042';

const shapes = {
  nested: {
    name: 'Order Completed',
    properties: (i) => ({
      order_id: `order-${i}`,
      total: 27.49,
      currency: 'USD',
      products: [
        {
          product_id: '622c6f5d5cf86a4c77358033',
          sku: 'G-32',
          name: 'Monopoly: 3rd Edition',
          price: 14.99,
          quantity: 1,
          category: 'Games',
        },
        {
          product_id: '577c6f5d5cf86a4c7735ba03',
          sku: 'M-1',
          name: 'Uno Card Game',
          price: 6.25,
          quantity: 2,
          category: 'Games',
        },
      ],
    }),
  },
  flat: {
    name: 'Button Clicked',
    properties: (i) => ({ button: 'checkout', position: i, first: i % 2 === 0 }),
  },
};

const forms = {
  map: (properties) => ({ 'segment.user_id': USER, 'segment.properties': properties }),
  json: (properties) => ({ 'segment.user_id': USER, 'segment.properties': JSON.stringify(properties) }),
  flattened: (properties) => {
    const attributes = { 'segment.user_id': USER };
    for (const key in properties) attributes[`segment.properties.${key}`] = properties[key];
    return attributes;
  },
};

function library({ name, properties }) {
  const sizes = form === 'library-512' ? { flushAt: 512 } : {};
  const analytics = new Analytics({ writeKey: 'benchapps', host: url, ...sizes });
  analytics.on('error', (error) => console.error(error));
  let uploads = 0;
  let answered = () => {};
  analytics.on('http_request', () => uploads++);
  analytics.on('http_response', () => --uploads || answered());
  return {
    emit: (i) => analytics.track({ userId: USER, event: name, properties: properties(i) }),
    // One upload at a time, as in the SDK: the library would open a connection for each that is under way.
    turn: () => uploads && new Promise((resolve) => (answered = resolve)),
    flush: () => analytics.flush(),
    shutdown: () => analytics.closeAndFlush(),
  };
}

function sdk({ name, properties }) {
  const provider = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${url}/v1/logs` }) })],
  });
  const logger = provider.getLogger('segment');
  const attributes = forms[form];
  return {
    emit: (i) => logger.emit({ eventName: name, attributes: attributes(properties(i)) }),
    turn: () => {},
    flush: () => provider.forceFlush(),
    shutdown: () => provider.shutdown(),
  };
}

/** Emits the events in bursts, and returns the time that the calls took, in ns. */
async function run(first, count) {
  const { emit, turn, flush, shutdown } = (form.startsWith('library') ? library : sdk)(shapes[shape]);
  const end = first + count;
  let calling = 0n;
  for (let i = first; i < end; ) {
    const burst = Math.min(i + BURST, end);
    while (i < burst) {
      const stop = Math.min(i + TURN, burst);
      const before = process.hrtime.bigint();
      for (; i < stop; i++) emit(i);
      calling += process.hrtime.bigint() - before;
      await new Promise(setImmediate);
      await turn();
      await new Promise(setImmediate);
    }
    await flush();
  }
  await shutdown();
  return Number(calling);
}

await run(0, warmUp);
const before = process.cpuUsage();
const calling = await run(warmUp, events);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpu_us: (user + system) / events, call_us: calling / 1e3 / events }));
