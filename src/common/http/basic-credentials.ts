import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';

/** An id and secret from an `Authorization: Basic` header. */
export interface BasicCredentials {
  readonly id: string;
  readonly secret: string;
}

/** The two ways in which senders fill HTTP Basic; alike for everything that this server issues itself. */
export interface BasicReadings {
  /** As it stands (RFC 7617). A base64 secret of an operator's making may hold a plus sign. */
  readonly raw: BasicCredentials;
  /** After the form decoding that OAuth asks for (RFC 6749 §2.3.1). */
  readonly decoded: BasicCredentials;
}

/**
 * Reads HTTP Basic.
 *
 * @returns undefined where the header is absent, of another scheme or unreadable
 * @throws AppError invalid_request where the request has two Authorization headers
 */
export function readBasic(request: FastifyRequest): BasicReadings | undefined {
  refuseSecondAuthorization(request);
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!encoded) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0 || text.includes('\0')) return undefined;
  const raw = { id: text.slice(0, colon), secret: text.slice(colon + 1) };
  return { raw, decoded: { id: formDecode(raw.id), secret: formDecode(raw.secret) } };
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
