import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { canonicalResource } from '../common/http/resource.js';

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Ten years, in seconds: far beyond any lifetime, and within the integers of every reader. */
const LONGEST = 315_360_000;

/** A whole number of seconds, from 1 to ten years. */
export const seconds = () =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,9}$/, 'must be a whole number of seconds, at least 1')
    .transform(Number)
    .refine((value) => value <= LONGEST, 'must be at most ten years');

/** A TCP port. */
export const port = () =>
  z
    .string()
    .regex(/^[0-9]{1,5}$/, 'must be a port number')
    .transform(Number)
    .refine((value) => value >= 1 && value <= 65535, 'must be a port number');

/** A whole number of days, from 1 to ten years. */
export const days = () =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, 'must be a whole number of days, at least 1')
    .transform(Number)
    .refine((value) => value <= 3650, 'must be at most ten years');

/** An http(s) URL without user info, query or fragment; the value comes back without a trailing slash. */
export const baseUrl = () =>
  z.string().transform((value, context) => {
    const url = URL.parse(value);
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
      context.addIssue('must be an http or https URL without user info, query or fragment');
      return z.NEVER;
    }
    if (canonicalResource(url.href) === undefined) {
      context.addIssue('has a host that is no proper name or address');
      return z.NEVER;
    }
    return url.href.replace(/\/+$/, '');
  });

/** An origin alone: scheme, host and port. */
export const origin = () =>
  baseUrl().refine((value) => new URL(value).origin === value, 'must be an origin: no path');

/** Comma-separated values, trimmed, empty ones dropped. */
export const list = () =>
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

/**
 * JSON given directly or as a path to a file that holds it.
 *
 * @param shape the schema of the parsed document
 */
export const jsonOrFile = <T extends z.ZodType>(shape: T) =>
  z
    .string()
    .transform((value, context): unknown => {
      const inline = /^\s*[[{]/.test(value);
      try {
        return JSON.parse(inline ? value : readFileSync(value, 'utf8'));
      } catch (error) {
        const missing = !inline && (error as NodeJS.ErrnoException).code !== undefined;
        context.addIssue(missing ? 'names a file that cannot be read' : 'is not valid JSON');
        return z.NEVER;
      }
    })
    .pipe(shape);

/** `kid:base64(32 bytes)`, comma-separated; at least one, each kid once. */
export const keyRing = () =>
  list().transform((entries, context) => {
    const ring = entries.map((entry) => {
      const [, kid, encoded] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=?)$/.exec(entry) ?? [];
      return { kid: kid ?? '', key: Buffer.from(encoded ?? '', 'base64') };
    });
    if (ring.length === 0 || ring.some(({ key }) => key.length !== 32)) {
      context.addIssue('must be kid:base64(32 bytes), comma-separated');
      return z.NEVER;
    }
    if (new Set(ring.map(({ kid }) => kid)).size !== ring.length) {
      context.addIssue('names the same kid twice');
      return z.NEVER;
    }
    return ring;
  });

/** Whether a URL's host is this machine for browsers (RFC 8252 §7.3, and `localhost`). */
export function isLoopbackUrl(url: string): boolean {
  return LOOPBACK_HOSTS.has(new URL(url).hostname);
}
