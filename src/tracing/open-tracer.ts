import {
  context,
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Tracer } from '../common/spans/traced.js';

/** OpenTelemetry, as the rest of the server knows it. */
export const openTracer: Tracer = {
  span({ name, attributes, outcome }, work) {
    return otel().startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      try {
        const result = await work();
        if (outcome) span.setAttributes(outcome(result));
        return result;
      } catch (error) {
        markFailed(span, error);
        throw error;
      } finally {
        span.end();
      }
    });
  },
  here() {
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    return carrier.traceparent;
  },
  within(traceparent, work) {
    return context.with(contextOf(traceparent), work);
  },
};

/** The tracer of the provider that `startTracing` registered. */
export function otel() {
  return trace.getTracer('swingdoor');
}

/**
 * The context that a caller's header names (W3C Trace Context §3.2).
 *
 * @param traceparent anything; what is not well-formed begins a trace of its own
 */
export function contextOf(traceparent: string | undefined): Context {
  return propagation.extract(ROOT_CONTEXT, { traceparent });
}

/** Messages may quote what was sent; names do not. */
function markFailed(span: Span, error: unknown): void {
  const { name, code } = error as { name?: unknown; code?: unknown };
  span.setAttribute('error.type', String(code ?? name ?? 'Error'));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
