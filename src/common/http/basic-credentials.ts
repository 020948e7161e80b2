import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';

/** An id and secret from an `Authorization: Basic` header. */
export interface BasicCredentials {
  readonly id: string;
  readonly secret: string;
}

/**
 * Reads HTTP Basic (RFC 7617) with the form encoding that OAuth puts inside it (RFC 6749 §2.3.1). Raw values
 * pass as they are: real clients skip the encoding, and what we issue needs none.
 *
 * @returns undefined where the header is absent, of another scheme or unreadable
 * @throws AppError invalid_request where the request has two Authorization headers
 */
export function readBasic(request: FastifyRequest): BasicCredentials | undefined {
  refuseSecondAuthorization(request);
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!encoded) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0 || text.includes('\0')) return undefined;
  return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
}

/**
 * Node keeps the first of two Authorization headers, a proxy in front may have checked the other.
 *
 * @throws AppError invalid_request where there is more than one
 */
export function refuseSecondAuthorization(request: FastifyRequest): void {
  const names = request.raw.rawHeaders.filter(
    (text, index) => index % 2 === 0 && /^authorization$/i.test(text),
  );
  if (names.length > 1) throw new AppError('invalid_request', 'Send one Authorization header.');
}

function formDecode(text: string): string {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    return decoded.includes('\0') ? text : decoded;
  } catch {
    return text;
  }
}
