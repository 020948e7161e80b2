import { isUtf8 } from 'node:buffer';

/**
 * Parameters of a query or form as they were sent: every value of every name, in order. OAuth has to tell one
 * value from two (RFC 6749 §3.1: parameters "MUST NOT be included more than once").
 */
export type Parameters = ReadonlyMap<string, readonly string[]>;

/**
 * Decodes `application/x-www-form-urlencoded` strictly. A lenient decoder would let two readers see two
 * different requests.
 *
 * @param encoded the query string or body, without a leading `?`
 * @returns the parameters, or undefined where a percent escape is broken, a byte sequence is not UTF-8, or a
 *   null character is inside
 */
export function parseParameters(encoded: string): Parameters | undefined {
  const parameters = new Map<string, string[]>();
  for (const pair of encoded.split('&')) {
    if (pair === '') continue;
    const separator = pair.indexOf('=');
    const name = decode(separator < 0 ? pair : pair.slice(0, separator));
    const value = separator < 0 ? '' : decode(pair.slice(separator + 1));
    if (name === undefined || value === undefined) return undefined;
    const known = parameters.get(name);
    if (known) known.push(value);
    else parameters.set(name, [value]);
  }
  return parameters;
}

/**
 * The same for a body.
 *
 * @param body the raw bytes
 */
export function parseFormBody(body: Buffer): Parameters | undefined {
  return isUtf8(body) ? parseParameters(body.toString('utf8')) : undefined;
}

function decode(text: string): string | undefined {
  try {
    const decoded = /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text;
    return decoded.includes('\0') || !decoded.isWellFormed() ? undefined : decoded;
  } catch {
    return undefined;
  }
}
