/** What a reply holds after parsing; read it with {@link at} and its kin, never by trust. */
export type Json = unknown;

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON and keeps integers beyond 2^53 as text: Instagram's ids come as numbers that `JSON.parse` alone
 * would change (27841405793187219 would end in 220).
 *
 * @param body the text of a reply
 * @returns the value; undefined where the text is not JSON
 */
export function parseReply(body: string): Json {
  try {
    const value = JSON.parse(body) as Json;
    // Only text that is known to be JSON is searched: an open string would make the search quadratic.
    return /\d{16}/.test(body) ? (JSON.parse(body.replace(TOKENS, quoteBigInteger)) as Json) : value;
  } catch {
    return undefined;
  }
}

function quoteBigInteger(token: string): string {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}

/**
 * Follows a path such as `data.0.id`.
 *
 * @param json any value
 * @param path member names and indexes, joined by dots
 * @returns what is there, or undefined
 */
export function at(json: Json, path: string): Json {
  return path.split('.').reduce<Json>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, Json>)[key];
  }, json);
}

/**
 * Text at a path; numbers become text, so that ids are always strings. Null characters and lone surrogates, which
 * PostgreSQL refuses, are taken out.
 *
 * @returns the text, or undefined where there is none or it is empty
 */
export function textAt(json: Json, path: string | undefined): string | undefined {
  const value = path === undefined ? undefined : at(json, path);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? storable(value) || undefined : undefined;
}

/**
 * A number of seconds at a path, sent as a number or as text.
 *
 * @returns a positive whole number, or undefined
 */
export function secondsAt(json: Json, path: string | undefined): number | undefined {
  const value = Math.floor(Number(textAt(json, path)));
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** The array at a path; empty where there is none. */
export function listAt(json: Json, path: string): readonly Json[] {
  const value = at(json, path);
  return Array.isArray(value) ? value : [];
}

/** Scopes at a path: an array, or text with commas or spaces between (LinkedIn mixes them); undefined where absent. */
export function scopesAt(json: Json, path: string): string[] | undefined {
  const value = at(json, path);
  const names: unknown = typeof value === 'string' ? value.split(/[\s,]+/) : value;
  if (!Array.isArray(names)) return undefined;
  return names.flatMap((name: unknown) => (typeof name === 'string' && storable(name)) || []);
}
