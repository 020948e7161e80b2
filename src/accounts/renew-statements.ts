import { auditAccounts } from '../audit/audit-statements.js';
import type { ReconnectReason } from './account-view.js';

/** A consent as {@link LOCK_CONSENT} finds it; times in seconds by the database's clock. */
export interface LockedConsent {
  readonly id: string;
  readonly workspace_id: string;
  readonly provider: string;
  readonly oauth_app_id: string;
  readonly client_id: string;
  readonly person_id: string;
  readonly access_token_sealed: string;
  readonly refresh_token_sealed: string | null;
  readonly scopes: string[];
  readonly missing_scopes: string[];
  readonly reason: ReconnectReason | null;
  readonly version: number;
  readonly refresh_failures: number;
  readonly age: number;
  /** Null where the token does not end. */
  readonly remaining: number | null;
  readonly lifetime: number | null;
  /** Until it may be asked again after a failure; negative when it is time, null where the last refresh went well. */
  readonly retry_in: number | null;
}

/** Whoever waited for the lock sees what its holder left. $1 id */
export const LOCK_CONSENT = `
SELECT id, workspace_id, provider, oauth_app_id, client_id, person_id, access_token_sealed, refresh_token_sealed,
  scopes, missing_scopes, reason, version, refresh_failures,
  extract(epoch FROM clock_timestamp() - token_issued_at)::float8 AS age,
  extract(epoch FROM expires_at - clock_timestamp())::float8 AS remaining,
  extract(epoch FROM expires_at - token_issued_at)::float8 AS lifetime,
  extract(epoch FROM retry_at - clock_timestamp())::float8 AS retry_in
FROM provider_consents WHERE id = $1 FOR NO KEY UPDATE`;

/**
 * Keeps new tokens, unless somebody kept newer ones. A consent that was taken for dead meanwhile is not, and neither are
 * its accounts. $1 id, $2 version that was refreshed, $3 access token, $4 refresh token or null, $5 seconds that the
 * access token lives or null, $6 seconds until the next check or null, $7 scopes, $8 missing scopes
 */
export const STORE_TOKENS = `
WITH stored AS (
  UPDATE provider_consents SET
    access_token_sealed = $3, refresh_token_sealed = coalesce($4, refresh_token_sealed),
    token_issued_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(secs => $5),
    next_check_at = clock_timestamp() + make_interval(secs => $6), scopes = $7, missing_scopes = $8,
    refresh_failures = 0, failed_at = NULL, retry_at = NULL, last_error = NULL, reason = NULL, version = version + 1
  WHERE id = $1 AND version = $2
  RETURNING id
), revived AS (
  UPDATE accounts SET status = 'active', reason = NULL
  WHERE consent_id = (SELECT id FROM stored) AND status = 'needs_reconnect' AND access_token_sealed IS NULL
)
SELECT id FROM stored`;

/**
 * Puts a mark unless another process's stands for the same version; then returns the seconds that are left of that one,
 * else no row. A mark of another version is over: its renewal, or a sign-in, has stored new tokens.
 * $1 consent, $2 version, $3 process, $4 seconds
 */
export const MARK_RENEWAL = `
WITH marked AS (
  INSERT INTO renewal_marks AS m (consent_id, version, renewing_by, renewing_until)
  VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
  ON CONFLICT (consent_id) DO UPDATE SET
    version = excluded.version, renewing_by = excluded.renewing_by, renewing_until = excluded.renewing_until
  WHERE m.version <> excluded.version OR m.renewing_by = excluded.renewing_by
    OR m.renewing_until <= clock_timestamp()
  RETURNING consent_id
)
SELECT extract(epoch FROM renewing_until - clock_timestamp())::float8 AS seconds
FROM renewal_marks WHERE consent_id = $1 AND NOT EXISTS (SELECT FROM marked)`;

/**
 * Leaves the status alone, and takes the mark away: the provider has answered. $1 id, $2 seconds until the job's next try,
 * $3 what the provider said, $4 seconds in which nobody else asks it either
 */
export const STORE_FAILURE = `
WITH answered AS (DELETE FROM renewal_marks WHERE consent_id = $1)
UPDATE provider_consents SET refresh_failures = refresh_failures + 1, failed_at = clock_timestamp(),
  next_check_at = clock_timestamp() + make_interval(secs => $2), last_error = $3,
  retry_at = clock_timestamp() + make_interval(secs => $4)
WHERE id = $1`;

/** $1 id, $2 seconds until the next check or null */
export const PLAN_CHECK = `
UPDATE provider_consents SET next_check_at = clock_timestamp() + make_interval(secs => $2) WHERE id = $1`;

/**
 * Ends a consent and the accounts that use its token; those with a token of their own are judged by it. Returns the
 * accounts that changed. $1 id, $2 version that was found dead, $3 reason, $4 seconds until the next check or null,
 * $5 what the provider said
 */
export const END_CONSENT = `
WITH ended AS (
  UPDATE provider_consents SET reason = $3, last_error = $5,
    next_check_at = clock_timestamp() + make_interval(secs => $4)
  WHERE id = $1 AND version = $2 AND reason IS NULL
  RETURNING id
), broken AS (
  UPDATE accounts SET status = 'needs_reconnect', reason = $3
  WHERE consent_id = (SELECT id FROM ended) AND status = 'active' AND access_token_sealed IS NULL
  RETURNING id, workspace_id, provider
), audited AS (${auditAccounts('account.needs_reconnect', 'broken')}
)
SELECT id FROM broken`;

/** Ends one account whose own token was found dead. $1 id, $2 the token that was asked about, $3 reason */
export const END_ACCOUNT = `
WITH broken AS (
  UPDATE accounts SET status = 'needs_reconnect', reason = $3
  WHERE id = $1 AND access_token_sealed = $2 AND status = 'active'
  RETURNING id, workspace_id, provider
), audited AS (${auditAccounts('account.needs_reconnect', 'broken')}
)
SELECT id FROM broken`;

/**
 * Claims what is due for a while: another replica, or the next minute, does not enqueue it again, and what is lost with
 * a process comes due again. $1 how many at most, $2 seconds
 */
export const CLAIM_DUE = {
  name: 'accounts-claim-due',
  text: `
WITH due AS (
  SELECT id FROM provider_consents WHERE next_check_at <= clock_timestamp()
  ORDER BY next_check_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE provider_consents c SET next_check_at = clock_timestamp() + make_interval(secs => $2)
FROM due WHERE c.id = due.id RETURNING c.id, c.oauth_app_id`,
};
