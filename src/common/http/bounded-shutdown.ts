import type { FastifyInstance } from 'fastify';

/** How long a request in flight may take to end once the server is told to stop, in milliseconds. */
const PATIENCE = 5_000;

/**
 * Bounds the shutdown: requests in flight end, but whoever sent half a request and waits does not keep the server
 * from stopping. Node itself stops looking at its time-outs once the server closes.
 *
 * @param fastify the instance
 */
export function boundShutdown(fastify: FastifyInstance): void {
  fastify.addHook('preClose', async () => {
    setTimeout(() => fastify.server.closeAllConnections(), PATIENCE).unref();
  });
}
