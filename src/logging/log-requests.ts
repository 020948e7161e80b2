import type { FastifyInstance } from 'fastify';

/**
 * One line per answered request: what was asked by whom, the status, and how long it took in milliseconds.
 * Probes are left out; they would be most of the log.
 *
 * @param fastify the instance
 */
export function logRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    if (!request.url.startsWith('/health/')) {
      const ms = Math.round(reply.elapsedTime);
      request.log.info({ req: request, status: reply.statusCode, ms }, 'answered');
    }
    done();
  });
}
