import { expect } from '@jest/globals';
import type { Answer } from '../support/test-client.js';

/** An authorization response, taken apart without a lenient parser. */
export interface AuthorizationResponse {
  /** The redirect URI as it was presented, its own query included. */
  readonly uri: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Takes a `Location` or `redirect_to` apart. Expects that the redirect URI stands first as it was presented, that
 * nothing is in a fragment, and that no parameter of the answer comes twice.
 *
 * @param location what the browser is sent to
 * @param uri the redirect URI as it was presented
 */
export function readResponse(location: string | null | undefined, uri: string): AuthorizationResponse {
  expect(location).not.toContain('#');
  const start = uri + (uri.includes('?') ? '&' : '?');
  expect(location?.slice(0, start.length)).toBe(start);
  const pairs = location!
    .slice(start.length)
    .split('&')
    .map((pair) => pair.split('=') as [string, string]);
  const names = pairs.map(([name]) => name);
  expect(names).toEqual([...new Set(names)]);
  return {
    uri,
    parameters: Object.fromEntries(pairs.map(([name, value]) => [name, decodeURIComponent(value)])),
  };
}

/**
 * Expects R(error) of the behaviour table: a 302 back to the client with the error, the state and our `iss`
 * (RFC 6749 §4.1.2.1, RFC 9207 §2), that no cache keeps and no referrer tells.
 *
 * @param answer what the authorization endpoint said
 * @param expected the error, where it goes, whose `iss`, and the state; undefined where there must be none
 */
export function expectErrorRedirect(
  answer: Answer,
  { error, uri, iss, state }: { error: string; uri: string; iss: string; state: string | undefined },
): void {
  expect([answer.status, answer.text]).toEqual([302, '']);
  const { parameters } = readResponse(answer.headers.get('location'), uri);
  expect(parameters).toEqual({
    error,
    error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/),
    iss,
    ...(state !== undefined && { state }),
  });
  expectNotToLeak(answer);
}

/**
 * Expects 400p of the behaviour table, as a browser sees it: a page that says what is wrong, and no redirect.
 *
 * @param answer what the authorization endpoint said to a browser
 * @param code the error code that the page names
 */
export function expectErrorPage(answer: Answer, code: string, status = 400): void {
  expect([answer.status, answer.headers.get('location')]).toEqual([status, null]);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.text).toContain(`Code: ${code} `);
  expect(answer.text).toContain('Go back to the app and start again.');
  expectNotToLeak(answer);
}

/** RFC 9700 §4.2.4 (no referrer), §4.16 (no framing); RFC 6749 §5.1 in spirit (no caching). */
function expectNotToLeak({ headers }: Answer): void {
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
}
