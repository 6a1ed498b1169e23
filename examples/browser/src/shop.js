// The page of a product. Some of its events would come from other pages, or from an app: it shows all types.

import { trace } from '@opentelemetry/api';
import { logger, provider } from './analytics.js';

// Before the login. A real page makes a random id and keeps it in localStorage.
const VISITOR = 'visitor-9f0b6c1e';
// After it.
const CUSTOMER = 'customer-1042';

emitEvents();

// A real page need not wait. This one says when it is done, so that the browser can be closed.
await provider.forceFlush();
document.querySelector('#status').textContent = 'Events sent';

/**
 * Tells the story of one customer: a visit, a sign-up, an order and what came after it. Only a track has an event name:
 * it becomes the event of the Segment message. The names in brackets mark what the guides in docs show.
 */
function emitEvents() {
  // [page]
  logger.emit({
    attributes: {
      'segment.type': 'page',
      'segment.name': 'Product',
      'segment.category': 'Shop',
      'segment.anonymous_id': VISITOR,
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
