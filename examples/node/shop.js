// Sends analytics events to an OpenTelemetry Collector with the segment exporter.

import { diag, DiagConsoleLogger, DiagLogLevel, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

// The collector takes the records of this logger for analytics by default: a record is a track event, unless its
// segment.type says otherwise.
const LOGGER_NAME = 'segment';

const VISITOR = 'visitor-9f0b6c1e'; // before the login
const CUSTOMER = 'customer-1042'; // after it

// Without a logger of its own the SDK says nothing about events that it could not send.
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.ERROR);

const resource = defaultResource()
  .merge(resourceFromAttributes({ 'service.name': 'example-shop', 'service.version': '1.0.0' }))
  // Last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
  .merge(detectResources({ detectors: [envDetector] }));

// A program that has instrumentation has this already. Spans need not be exported to put their ids on events.
new NodeTracerProvider({ resource }).register();

// [provider]
const provider = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
});

// [provider]
try {
  emitEvents(provider.getLogger(LOGGER_NAME));
} finally {
  // Sends what the batch processor still holds.
  await provider.shutdown();
}

/**
 * Tells the story of one customer: a visit, a sign-up, an order and what came after it. Only a track has an event name:
 * it becomes the event of the Segment message. The names in brackets mark what the guides in docs show.
 */
function emitEvents(logger) {
  // [page]
  logger.emit({
    attributes: {
      'segment.type': 'page',
      'segment.name': 'Product',
      'segment.category': 'Shop',
      'segment.anonymous_id': VISITOR,
      'segment.properties': { url: 'https://shop.example.com/products/g-32' },
    },
  });

  // [alias]
  logger.emit({
    attributes: {
      'segment.type': 'alias',
      'segment.previous_id': VISITOR,
      'segment.user_id': CUSTOMER,
    },
  });

  // [identify]
  logger.emit({
    attributes: {
      'segment.type': 'identify',
      'segment.user_id': CUSTOMER,
      'segment.traits': {
        name: 'Ada Example',
        email: 'ada@example.com',
        address: { city: 'London' },
      },
    },
  });

  // [group]
  logger.emit({
    attributes: {
      'segment.type': 'group',
      'segment.user_id': CUSTOMER,
      'segment.group_id': 'company-7',
      'segment.traits': { name: 'Example & Co', employees: 329 },
    },
  });

  // [screen]
  logger.emit({
    attributes: {
      'segment.type': 'screen',
      'segment.name': 'Checkout',
      'segment.user_id': CUSTOMER,
    },
  });

  // [order]
  logger.emit({
    eventName: 'Order Completed',
    attributes: {
      'segment.user_id': CUSTOMER,
      'segment.properties': {
        order_id: '50314b',
        total: 27.49,
        currency: 'USD',
        products: [
          { sku: 'G-32', name: 'Monopoly', price: 14.99, quantity: 1 },
          { sku: 'M-1', name: 'Uno', price: 6.25, quantity: 2 },
        ],
      },
    },
  });

  // [track]
  // Attributes outside of segment.* become properties too, and their dots nest.
  logger.emit({
    eventName: 'Product Reviewed',
    attributes: {
      'segment.user_id': CUSTOMER,
      'product.sku': 'G-32',
      rating: 5,
    },
  });

  // [span]
  // An event in a span carries the ids of the trace and the span.
  trace.getTracer('shop').startActiveSpan('refund', (span) => {
    logger.emit({
      eventName: 'Order Refunded',
      attributes: {
        'segment.user_id': CUSTOMER,
        'segment.properties': { order_id: '50314b', total: 14.99, currency: 'USD' },
      },
    });
    span.end();
  });
}
