import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routedPath } from './request-path.js';

/** Endpoints that any web page may call: they take no cookie, so there is nothing to ride on. */
const OPEN =
  /^\/(\.well-known\/|openapi\.json|public\/v1\/(me|oauth\/(register|token|revoke|introspect))\/?$)/i;

const COMMON: FastifyCorsOptions = {
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  allowedHeaders: ['Authorization', 'Content-Type', 'MCP-Protocol-Version'],
  exposedHeaders: ['WWW-Authenticate', 'Retry-After'],
  maxAge: 600,
  strictPreflight: false,
};

/**
 * Browsers' cross-origin rules: `*` without credentials where any client may call, the dashboard's origin with
 * credentials elsewhere.
 *
 * @param fastify the instance
 * @param dashboardOrigins origins of the dashboard
 */
export async function registerCors(
  fastify: FastifyInstance,
  dashboardOrigins: readonly string[],
): Promise<void> {
  const open: FastifyCorsOptions = { ...COMMON, origin: '*' };
  const closed: FastifyCorsOptions = { ...COMMON, origin: [...dashboardOrigins], credentials: true };
  await fastify.register(cors, {
    delegator: (request: FastifyRequest, done) =>
      done(null, OPEN.test(routedPath(request.url)) ? open : closed),
  });
}
