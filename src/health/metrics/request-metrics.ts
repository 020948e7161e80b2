import type { FastifyInstance } from 'fastify';
import type Prometheus from 'prom-client';

/** Seconds. From a check that is answered from memory to a provider that takes its time. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];

/**
 * Measures how long answers take. The labels are few whatever is asked: the route's pattern, never its path, and the
 * class of the status.
 *
 * @param fastify the server, before it listens
 * @param prometheus the library, which is loaded on demand
 * @param registry where the histogram goes
 */
export function measureRequests(
  fastify: FastifyInstance,
  prometheus: typeof Prometheus,
  registry: Prometheus.Registry,
): void {
  const durations = new prometheus.Histogram({
    name: 'swingdoor_http_request_duration_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  const bound = new Map<string, Prometheus.Histogram.Internal<string>>();
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const status = `${Math.trunc(reply.statusCode / 100)}xx`;
    const key = `${request.method} ${status} ${route}`;
    let duration = bound.get(key);
    if (!duration) bound.set(key, (duration = durations.labels(request.method, route, status)));
    duration.observe(reply.elapsedTime / 1000);
    done();
  });
}
