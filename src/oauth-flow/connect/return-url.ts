import { canonicalResource, isWithin } from '../../common/http/resource.js';

/**
 * Whether a browser may be sent to an address after a sign-in: http(s), the origin of an entry and its path or one
 * beneath it, by whole segments (`/connect-evil` is not beneath `/connect`). What two parsers could read as two
 * addresses is refused (RFC 9700 §4.11), as are user info and fragments.
 *
 * @param url as the dashboard sent it
 * @param allowed the entries of `RETURN_URLS`
 */
export function isAllowedReturnUrl(url: string, allowed: readonly string[]): boolean {
  const canonical = canonicalResource(url);
  if (canonical === undefined) return false;
  return allowed.some((entry) => {
    const base = canonicalResource(entry);
    return base !== undefined && isWithin(canonical, base);
  });
}

/** How a sign-in ended, in the words of the address that it ends at. */
export interface FlowResult {
  /** The account's id. */
  readonly connected?: string;
  readonly status?: 'pending_selection';
  /** What the user who started redeems at `POST /v1/oauth/complete`. */
  readonly completion?: string;
  /** Our code for what went wrong. */
  readonly error?: string;
}

const NAMES = ['connected', 'status', 'completion', 'error'] as const;

/**
 * Where a sign-in ends.
 *
 * @param target an allowed return URL; its own query stays, but for what it says about a result
 * @param result what to add
 */
export function resultLocation(target: string, result: FlowResult): string {
  const url = new URL(target);
  for (const name of NAMES) {
    const value = result[name];
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}
