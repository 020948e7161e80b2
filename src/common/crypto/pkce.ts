import { createHash } from 'node:crypto';

/** RFC 7636 §4.2: base64url(SHA-256), 43 characters. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
/** RFC 7636 §4.1: 43 to 128 unreserved characters. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** Whether a text can be an S256 code challenge (RFC 7636 §4.2). */
export function isCodeChallenge(text: string): boolean {
  return CHALLENGE.test(text);
}

/** Whether a text can be a code verifier (RFC 7636 §4.1). */
export function isCodeVerifier(text: string): boolean {
  return VERIFIER.test(text);
}

/**
 * S256 of a verifier (RFC 7636 §4.6).
 *
 * @param verifier the code verifier
 * @returns the challenge, 43 base64url characters
 */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url');
}
