import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { fileURLToPath } from 'node:url';

/**
 * No inline script or style, nothing from or to another host, no markup made of strings, and nobody may frame it
 * (clickjacking, RFC 9700 §4.16).
 */
const PAGE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** What the client-side router knows, so that each page can be loaded anew; whatever else is 404. */
const PAGES = ['consent', 'accounts', 'apps', 'oauth-apps', 'oauth-apps/new'];

/**
 * Serves the built-in dashboard under `/dashboard`: static files that use nothing but the public HTTP API. Each
 * file there is at start becomes a route, so that no address ever turns into a path. Browsers ask every time
 * whether their copy is still good: an old script must not meet a new page.
 *
 * @param fastify the instance
 */
export async function serveDashboard(fastify: FastifyInstance): Promise<void> {
  await fastify.register(async (dashboard) => {
    await dashboard.register(fastifyStatic, {
      root: dashboardFolder(),
      prefix: '/dashboard/',
      wildcard: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (reply) =>
        void reply.header('content-security-policy', PAGE_CSP).header('cache-control', 'no-cache'),
    });
    dashboard.get('/', (_request, reply) => reply.redirect('/dashboard/'));
    for (const page of PAGES) {
      dashboard.get(`/dashboard/${page}`, (_request, reply) => reply.sendFile('index.html'));
    }
  });
}

/** Vite builds it; the same folder whether this runs from `src` or from `dist/src`. */
function dashboardFolder(): string {
  const compiled = import.meta.url.includes('/dist/src/');
  return fileURLToPath(new URL(compiled ? '../dashboard/' : '../dist/dashboard/', import.meta.url));
}
