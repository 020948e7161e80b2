/** In characters: more than a client has reason to send, and little enough to keep every check cheap. */
export const MAX_URI_LENGTH = 2048;

/** RFC 3986 §3.1 */
const SCHEME = '[A-Za-z][A-Za-z0-9+.-]*';
/** RFC 3986 §3.2.2, narrowed to labels as DNS has them: no percent escapes, no empty label, no wildcard. */
const HOST = '[A-Za-z0-9_~-]+(?:\\.[A-Za-z0-9_~-]+)*|\\[[0-9A-Fa-f:.]+\\]';
/** RFC 3986 §3.2.3, narrowed: never empty, no leading zero. */
const PORT = '[1-9][0-9]{0,4}';
/** RFC 3986 §3.3 with §2.1 to §2.3 */
const PCHAR = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
/** RFC 3986 §3.3: path-abempty after an authority; without one it must not begin with two slashes. */
const PATH = `(?:/${PCHAR}*)*`;
/** RFC 3986 §3.4 */
const QUERY = `(?:${PCHAR}|[/?])*`;

const URI = new RegExp(
  `^(?<scheme>${SCHEME}):(?://(?<host>${HOST})(?::(?<port>${PORT}))?|(?://)?(?!//))` +
    `(?<path>${PATH})(?:\\?(?<query>${QUERY}))?$`,
);

/** Segments that a parser resolves away (RFC 3986 §5.2.4), and separators that only some readers see. */
const AMBIGUOUS_PATH = /\/(?:\.|%2e){1,2}(?:\/|$)|%2f|%5c/i;

/** The parts of a URI as they were written; `host` keeps the brackets of an IPv6 address. */
export interface UriParts {
  readonly scheme: string;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
}

/**
 * Takes a hierarchical URI apart by the grammar of RFC 3986 §3. Nothing is decoded, repaired or normalised, and
 * there is no place for user info (§3.2.1), a fragment (§3.5) or a path without a leading slash.
 *
 * @param uri anything; more than 2048 characters is no URI
 * @returns the parts, or undefined where the text does not follow the grammar
 */
export function splitUri(uri: string): UriParts | undefined {
  if (uri.length > MAX_URI_LENGTH) return undefined;
  return URI.exec(uri)?.groups as UriParts | undefined;
}

/**
 * The form in which resource indicators are compared (RFC 8707 §2, RFC 3986 §6.2.2.1 and §6.2.3): scheme and
 * host in lower case, no default port, no slash at the end of the path, an empty query dropped.
 *
 * @param uri the indicator as it was sent
 * @returns the canonical text, or undefined where it is not an absolute http(s) URI without fragment and user
 *   info, or where two parsers could take it for two places
 */
export function canonicalResource(uri: string): string | undefined {
  const parts = splitUri(uri);
  if (!parts?.host || !/^https?$/i.test(parts.scheme) || AMBIGUOUS_PATH.test(parts.path)) return undefined;
  if (!URL.canParse(uri)) return undefined;
  const { origin, hostname, pathname, search } = new URL(uri);
  // `127.1` and the like are addresses to a lenient parser alone.
  if (hostname !== parts.host.toLowerCase()) return undefined;
  return origin + pathname.replace(/\/+$/, '') + search;
}

/**
 * Whether a resource is a base or lies beneath it, by whole path segments (`/mcp-evil` is not beneath `/mcp`).
 * A base with a query holds nothing but itself.
 *
 * @param resource canonical; any other text is within nothing
 * @param base canonical
 */
export function isWithin(resource: string, base: string): boolean {
  if (canonicalResource(resource) !== resource) return false;
  if (resource === base) return true;
  return !base.includes('?') && resource.startsWith(base) && /[/?]/.test(resource.charAt(base.length));
}
