/** The language in which an endpoint answers errors: `page` and `dashboard` are pages for browsers, JSON for programs. */
export type Dialect = 'oauth' | 'registration' | 'page' | 'dashboard' | 'problem';

const REGISTRATION = /^\/public\/v1\/oauth\/register\/?$/i;
const OAUTH = /^\/public\/v1\/oauth\/(token|revoke|introspect)\/?$/i;
const PAGE = /^\/(public\/v1\/oauth\/authorize|v1\/oauth\/[^/]+\/callback)\/?$/i;
const DASHBOARD = /^\/dashboard(\/|$)/i;

/**
 * Chooses the dialect by path alone, so that body parsers, guards, unknown routes and bugs all speak it.
 *
 * @param path the request's path without its query
 */
export function dialectOf(path: string): Dialect {
  if (REGISTRATION.test(path)) return 'registration';
  if (OAUTH.test(path)) return 'oauth';
  if (PAGE.test(path)) return 'page';
  return DASHBOARD.test(path) ? 'dashboard' : 'problem';
}
