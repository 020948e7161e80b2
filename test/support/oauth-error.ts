import { expect } from '@jest/globals';
import type { Answer } from './test-client.js';

/**
 * Expects an error as RFC 6749 §5.2 has it: JSON, never cached, `error` and a description in its alphabet, and
 * nothing else of the inside.
 *
 * @param answer what came back
 * @param status the HTTP status
 * @param error the code
 */
export function expectOAuthError(answer: Answer, status: number, error: string): void {
  expect([answer.status, answer.body]).toEqual([status, { error, error_description: expect.any(String) }]);
  expect(answer.body.error_description).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
}
