import type { Step } from './step.js';

/**
 * What can go wrong.
 *
 * At `authorize`: `denied`, `wrong-scopes` (only the first scope is granted), `no-pages` (none shows).
 * At every other step: `status` (with `status`, and `retryAfter` seconds), `slow` (waits `ms`, then answers),
 * `echo` (a 400 that repeats every value it was sent), `malformed` (a 200 of HTML), `no-token` (a 200 of `{}`), `redirect` (a 302), `huge` (300 KiB), `cut` (the
 * connection ends before anything is done), `cut-after` (it ends after it was done), `revoked` (the person has
 * removed the app), `rotated-twice` (somebody else has redeemed this refresh token before).
 */
export const FAILURE_KINDS = [
  'denied',
  'wrong-scopes',
  'no-pages',
  'status',
  'slow',
  'echo',
  'malformed',
  'no-token',
  'redirect',
  'huge',
  'cut',
  'cut-after',
  'revoked',
  'rotated-twice',
] as const;

/** One of {@link FAILURE_KINDS}. */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** A failure that is switched on. */
export interface Failure {
  readonly provider: string;
  readonly on: Step;
  readonly kind: FailureKind;
  /** How many calls it hits; every call unless told. */
  readonly times?: number;
  readonly status?: number;
  readonly retryAfter?: number;
  readonly ms?: number;
}

/** The failures that are on. */
export class FailureList {
  private entries: { failure: Failure; left: number }[] = [];

  add(failure: Failure): void {
    this.entries.push({ failure, left: failure.times ?? Infinity });
  }

  clear(): void {
    this.entries = [];
  }

  /** The failure that hits this call, used up by one. */
  take(provider: string, on: Step): Failure | undefined {
    const entry = this.entries.find(
      ({ failure, left }) => left > 0 && failure.provider === provider && failure.on === on,
    );
    if (entry) entry.left -= 1;
    return entry?.failure;
  }
}
