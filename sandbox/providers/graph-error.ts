import { randomBytes } from 'node:crypto';
import type { Answer } from '../protocol.js';

/** An error of Meta's graph hosts. */
export function graphError(status: number, message: string, code: number, error_subcode?: number): Answer {
  const fbtrace_id = `A${randomBytes(8).toString('base64url')}`;
  return { status, body: { error: { message, type: 'OAuthException', code, error_subcode, fbtrace_id } } };
}
