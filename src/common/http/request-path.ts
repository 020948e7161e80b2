/** An absolute request target (RFC 9112 §3.2.2); the host in it is the stranger's and counts for nothing. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * The path of a request as it was sent, percent escapes included.
 *
 * @param target the request target, in origin or absolute form
 */
export function sentPath(target: string): string {
  return target.replace(ORIGIN, '').replace(/[?#].*$/s, '');
}

/**
 * The path by which the router chose: two spellings of one path must get one dialect and one set of rules.
 *
 * @param target the request target, in origin or absolute form
 */
export function routedPath(target: string): string {
  const path = sentPath(target);
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
