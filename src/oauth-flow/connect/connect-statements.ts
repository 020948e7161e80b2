/**
 * A new sign-in, good for 10 minutes. $1 id hash, $2 workspace, $3 user, $4 provider, $5 OAuth app, $6 redirect URI,
 * $7 sealed verifier, $8 browser hash, $9 return URL or null, $10 account to reconnect or null
 */
export const HOLD_FLOW = `
INSERT INTO oauth_flows (id_hash, workspace_id, user_id, provider, oauth_app_id, redirect_uri, code_verifier_sealed,
  browser_hash, return_url, reconnect_account_id, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + interval '10 minutes')`;

/** One callback alone takes a sign-in, whatever it brings. $1 id hash, $2 provider of the path. */
export const CONSUME_FLOW = `
UPDATE oauth_flows SET consumed_at = now()
WHERE id_hash = $1 AND provider = $2 AND consumed_at IS NULL AND expires_at > now()
RETURNING workspace_id, user_id, provider, oauth_app_id, redirect_uri, code_verifier_sealed, browser_hash, return_url,
  reconnect_account_id`;

/** Why it did not; read on failures alone. $1 id hash, $2 provider. */
export const EXPLAIN_FLOW = `
SELECT consumed_at IS NOT NULL AS used, return_url FROM oauth_flows WHERE id_hash = $1 AND provider = $2`;

/** For support. $1 id hash, $2 what became of it. */
export const RECORD_OUTCOME = `UPDATE oauth_flows SET outcome = $2 WHERE id_hash = $1`;

/** Keeps a result for its user for 5 minutes. $1 token hash, $2 workspace, $3 user, $4 sealed result. */
export const KEEP_RESULT = `
INSERT INTO pending_connections (token_hash, workspace_id, user_id, result_sealed, expires_at)
VALUES ($1, $2, $3, $4, now() + interval '5 minutes')`;

/** Hands a result out once with the seconds that it waited, and forgets it. $1 token hash, $2 workspace, $3 user. */
export const REDEEM_RESULT = `
WITH pending AS (
  SELECT token_hash, result_sealed, ceil(extract(epoch FROM now() - expires_at) + 300)::int AS waited
  FROM pending_connections
  WHERE token_hash = $1 AND workspace_id = $2 AND user_id = $3 AND redeemed_at IS NULL AND expires_at > now()
  FOR UPDATE
)
UPDATE pending_connections p SET redeemed_at = now(), result_sealed = NULL
FROM pending WHERE p.token_hash = pending.token_hash
RETURNING pending.result_sealed, pending.waited`;

/** Why it did not; read on failures alone. $1 token hash, $2 workspace, $3 user. */
export const EXPLAIN_RESULT = `
SELECT redeemed_at IS NOT NULL AS redeemed FROM pending_connections
WHERE token_hash = $1 AND workspace_id = $2 AND user_id = $3`;
