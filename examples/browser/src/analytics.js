// What a page needs to send events: the SDK, told what to send and where.

import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { browserDetector } from '@opentelemetry/opentelemetry-browser-detector';
import { defaultResource, detectResources, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';

// The collector takes the records of this logger for analytics by default: a record is a track event, unless its
// segment.type says otherwise.
const LOGGER_NAME = 'segment';

// Puts the address of the page on every event: the exporter makes context.page and context.campaign of it.
const pageProcessor = {
  onEmit(record) {
    record.setAttribute('browser.document.url.full', location.href);
  },
  async forceFlush() {},
  async shutdown() {},
};

// Without a logger of its own the SDK says nothing about events that it could not send.
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.ERROR);

const resource = defaultResource()
  .merge(resourceFromAttributes({ 'service.name': 'example-shop', 'service.version': '1.0.0' }))
  // Brands, platform, language: the exporter makes context.userAgentData and context.locale of them.
  .merge(detectResources({ detectors: [browserDetector] }));

// A page that has instrumentation has this already. Spans need not be exported to put their ids on events.
new WebTracerProvider({ resource }).register();

export const provider = new LoggerProvider({
  resource,
  processors: [
    pageProcessor,
    // The SDK sends what is left when the page is hidden or closed.
    new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${OTLP_ENDPOINT}/v1/logs` }) }),
  ],
});

export const logger = provider.getLogger(LOGGER_NAME);
