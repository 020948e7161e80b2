import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { routedPath } from './request-path.js';

/** A path with parameters, as a pattern, and the methods that it takes. */
interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/**
 * Tells a wrong method from a wrong path (RFC 9110 §15.5.6). Call before any route is registered.
 *
 * @param fastify the instance whose routes to learn
 * @returns throws 405 with `Allow` where the path exists for other methods, and does nothing where it does not
 */
export function learnMethods(fastify: FastifyInstance): (request: FastifyRequest) => void {
  const known = new Map<string, KnownPath>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const path = url.length > 1 ? url.replace(/\/$/, '') : url;
    // What takes every path (CORS preflights) knows none.
    if (/^\/?\*$/.test(path)) return;
    const entry = known.get(path) ?? { pattern: patternOf(path), methods: new Set<string>() };
    for (const name of [method].flat()) entry.methods.add(name.toUpperCase());
    known.set(path, entry);
  });
  return (request) => {
    const path = routedPath(request.url);
    const methods = [...known.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((entry) => [...entry.methods]);
    if (methods.length === 0) return;
    const allow = [...new Set(methods)].toSorted().join(', ');
    throw new AppError('method_not_allowed', `Use ${allow}.`, { headers: { Allow: allow } });
  };
}

function patternOf(path: string): RegExp {
  const source = path
    .split('/')
    .map((segment) => {
      if (segment === '*') return '.*';
      return segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('/');
  return new RegExp(`^${source}/?$`);
}
