import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { routedPath } from './request-path.js';

/** Endpoints that any web page may call: they take no cookie, so there is nothing to ride on. */
const OPEN =
  /^\/(\.well-known\/|openapi\.json|public\/v1\/(me|oauth\/(register|token|revoke|introspect))\/?$)/i;

const EXPOSED = ['WWW-Authenticate', 'Retry-After'];

const EXPOSED_LIST = EXPOSED.join(', ');

const COMMON: FastifyCorsOptions = {
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  allowedHeaders: ['Authorization', 'Content-Type', 'MCP-Protocol-Version'],
  exposedHeaders: EXPOSED,
  maxAge: 600,
  strictPreflight: false,
};

/**
 * Browsers' cross-origin rules: `*` without credentials where any client may call, the dashboard's origin with
 * credentials elsewhere. The plugin answers preflights. What follows them gets its headers here: half of what the
 * plugin would do to every request is to find out that it is none of its business.
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
  // In a context of its own, the plugin's hook sees nothing but preflights.
  await fastify.register(async (preflights) => {
    await preflights.register(cors, {
      delegator: (request: FastifyRequest, done) => done(null, isOpen(request) ? open : closed),
    });
  });
  const origins = new Set(dashboardOrigins);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'OPTIONS') allow(request, reply, origins);
    done();
  });
}

function isOpen(request: FastifyRequest): boolean {
  return OPEN.test(routedPath(request.url));
}

function allow(request: FastifyRequest, reply: FastifyReply, dashboardOrigins: ReadonlySet<string>): void {
  void reply.header('access-control-expose-headers', EXPOSED_LIST);
  if (isOpen(request)) {
    void reply.header('access-control-allow-origin', '*');
    return;
  }
  void reply.header('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !dashboardOrigins.has(origin)) return;
  void reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
}
