import { context, type Context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contextOf, otel } from './open-tracer.js';

/**
 * A span for every request, as a part of the caller's trace where it names one. It says the method, the route's pattern,
 * the status and the request's id, by which the log line is found; never a path, a query or who asked. Probes are left
 * out, as they are of the log.
 *
 * @param fastify the server, before it listens
 */
export function traceRequests(fastify: FastifyInstance): void {
  const contexts = new WeakMap<FastifyRequest, Context>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.url.startsWith('/health/')) return done();
    const { method, id, headers } = request;
    const route = request.routeOptions.url;
    const { traceparent } = headers;
    const parent = contextOf(typeof traceparent === 'string' ? traceparent : undefined);
    const attributes = {
      'http.request.method': method,
      'swingdoor.request_id': id,
      ...(route !== undefined && { 'http.route': route }),
    };
    const name = route === undefined ? method : `${method} ${route}`;
    const span = otel().startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    contexts.set(request, trace.setSpan(parent, span));
    done();
  });
  // Not before: reading a body loses the context in which it began.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const known = contexts.get(request);
    if (known) context.with(known, done);
    else done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = trace.getSpan(contexts.get(request) ?? context.active());
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}
