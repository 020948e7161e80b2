import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { traceWith } from '../common/spans/traced.js';

/** Milliseconds that a stop waits for the last spans to be taken. */
const PATIENCE = 3_000;

/** Tracing that was asked for. */
export interface Tracing {
  /** A span for every request from now on; what there is at the end is handed over when the server closes. */
  traceRequests(fastify: FastifyInstance): void;
  /** Hands over what there is; within 3 s, whatever the collector does. */
  stop(): Promise<void>;
}

/**
 * Begins to trace. The libraries are loaded here and now, so that a server that is not to trace never does. Names and
 * samplers are the usual OTEL_* variables', which the libraries read themselves.
 *
 * @param url where a collector takes traces by OTLP over HTTP; undefined where nobody asked for tracing
 * @returns undefined without a URL
 */
export async function startTracing(url: string | undefined): Promise<Tracing | undefined> {
  if (url === undefined) return undefined;
  const [{ diag, DiagLogLevel }, sdk, { OTLPTraceExporter }, resources, { openTracer }, { traceRequests }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('./open-tracer.js'),
      import('./trace-requests.js'),
    ]);
  const logger = new Logger('Tracing');
  const tell = (message: string) => logger.warn(message);
  const ignore = () => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: PATIENCE });
  const provider = new sdk.NodeTracerProvider({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ 'service.name': 'swingdoor' }))
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter, { exportTimeoutMillis: PATIENCE })],
  });
  provider.register();
  traceWith(openTracer);
  const stop = async () => {
    const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([provider.shutdown().catch(ignore), late]);
  };
  return {
    traceRequests(fastify) {
      traceRequests(fastify);
      fastify.addHook('onClose', stop);
    },
    stop,
  };
}
