import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { fileURLToPath } from 'node:url';
import type { Config } from './config/config.js';

/** No inline script, no other origin but for the logos of apps, and nobody may frame it (clickjacking). */
const PAGE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the built-in dashboard under `/dashboard`: static files that use nothing but the public HTTP API.
 *
 * @param fastify the instance
 * @param config decides nothing here but that the files are cached in production
 */
export async function serveDashboard(fastify: FastifyInstance, config: Config): Promise<void> {
  await fastify.register(fastifyStatic, {
    root: dashboardFolder(),
    prefix: '/dashboard/',
    decorateReply: false,
    extensions: ['html'],
    maxAge: config.production ? '5m' : 0,
    setHeaders: (reply) => void reply.header('content-security-policy', PAGE_CSP),
  });
}

/** The same folder whether this runs from `src` or from `dist/src`. */
function dashboardFolder(): string {
  const compiled = import.meta.url.includes('/dist/src/');
  return fileURLToPath(new URL(compiled ? '../../dashboard/' : '../dashboard/', import.meta.url));
}
