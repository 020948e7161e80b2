/** The language in which an endpoint answers errors. */
export type Dialect = 'oauth' | 'registration' | 'page' | 'problem';

const REGISTRATION = /^\/public\/v1\/oauth\/register\/?$/i;
const OAUTH = /^\/public\/v1\/oauth\/(token|revoke|introspect)\/?$/i;
const PAGE = /^\/(public\/v1\/oauth\/authorize|v1\/oauth\/[^/]+\/callback)\/?$/i;

/**
 * Chooses the dialect by path alone, so that body parsers, guards, unknown routes and bugs all speak it.
 *
 * @param path the request's path without its query
 */
export function dialectOf(path: string): Dialect {
  if (REGISTRATION.test(path)) return 'registration';
  if (OAUTH.test(path)) return 'oauth';
  return PAGE.test(path) ? 'page' : 'problem';
}
