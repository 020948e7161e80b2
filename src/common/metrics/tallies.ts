/**
 * What happened since this process started, as plain numbers: counting costs an addition, and knows nothing of who
 * reads it. `src/health/metrics` shows them to Prometheus, which takes the rise between two looks.
 */

/**
 * Tokens: a pair `issued` for a code; `rotated` by a refresh; `repeated` for a retry within the grace; a refresh token
 * `reused` after it, or a code `replayed`, each of which ends its grant; a token or grant `revoked` because somebody
 * asked for that.
 */
export const tokenEvents = { issued: 0, rotated: 0, repeated: 0, reused: 0, replayed: 0, revoked: 0 };

/**
 * Checks of access tokens: `hit`, answered from memory; `miss`, read from the database and alive; `refused`, unknown,
 * expired or revoked.
 */
export const bearerChecks = { hit: 0, miss: 0, refused: 0 };

/** What a provider made of a refresh: new tokens, the word that the connection is dead, or no usable answer. */
export const REFRESH_OUTCOMES = ['refreshed', 'dead', 'failed'] as const;
/** One of {@link REFRESH_OUTCOMES}. */
export type RefreshOutcome = (typeof REFRESH_OUTCOMES)[number];

/** A provider was asked to refresh a connection, and this came of it. */
export interface RefreshReport {
  readonly provider: string;
  readonly outcome: RefreshOutcome;
}

/** By provider. There are as many entries as providers. */
export const providerRefreshes = new Map<string, Record<RefreshOutcome, number>>();

/** Counts a refresh at a provider. */
export function countRefresh({ provider, outcome }: RefreshReport): void {
  const known = providerRefreshes.get(provider) ?? { refreshed: 0, dead: 0, failed: 0 };
  known[outcome] += 1;
  providerRefreshes.set(provider, known);
}

/** Audit events that wait to be written, and those that never will be: the log has them alone. */
export const auditQueue = { waiting: 0, dropped: 0 };
