/** The first signed-in user who opens a live request owns it. $1 id hash, $2 user, $3 workspace. */
export const OPEN_REQUEST = `
WITH opened AS (
  UPDATE authorization_requests SET user_id = $2, workspace_id = $3
  WHERE id_hash = $1 AND coalesce(user_id, $2) = $2
  RETURNING *
)
SELECT o.client_id, o.redirect_uri, o.scopes, o.resources, o.expires_at,
  o.decided_at IS NOT NULL AS decided, o.expires_at <= now() AS expired,
  c.name, c.logo_uri, c.client_uri, c.tombstoned_at IS NOT NULL AS client_gone,
  ARRAY(SELECT DISTINCT unnest(g.scopes) FROM grants g
    WHERE g.user_id = $2 AND g.client_id = o.client_id AND g.revoked_at IS NULL AND g.expires_at > now()) AS granted
FROM opened o JOIN clients c ON c.id = o.client_id`;

/**
 * Approval: decides the request, makes the grant and its code, all or nothing. $1 id hash, $2 user,
 * $3 workspace, $4 scopes or null, $5 the code's grant, $6 code hash, $7 code TTL in seconds
 */
export const APPROVE_REQUEST = `
WITH decided AS (
  UPDATE authorization_requests r SET user_id = $2, decided_at = now()
  FROM clients c
  WHERE r.id_hash = $1 AND coalesce(r.user_id, $2) = $2 AND r.decided_at IS NULL AND r.expires_at > now()
    AND coalesce(r.workspace_id, $3) = $3 AND coalesce($4::text[], r.scopes) <@ r.scopes
    AND c.id = r.client_id AND c.tombstoned_at IS NULL
  RETURNING r.*
), granted AS (
  INSERT INTO grants (id, client_id, user_id, workspace_id, scopes, resources, audiences)
  SELECT $5, client_id, $2, $3, coalesce($4::text[], scopes), resources, audiences FROM decided
  RETURNING id
), issued AS (
  INSERT INTO authorization_codes (hash, grant_id, redirect_uri, code_challenge, expires_at)
  SELECT $6, granted.id, redirect_uri, code_challenge, now() + make_interval(secs => $7)
  FROM decided, granted
)
SELECT redirect_uri, state, client_id, (SELECT id FROM granted) AS grant_id, coalesce($4::text[], scopes) AS scopes
FROM decided`;

/** Refusal. $1 id hash, $2 user. */
export const DENY_REQUEST = `
UPDATE authorization_requests SET user_id = $2, decided_at = now()
WHERE id_hash = $1 AND coalesce(user_id, $2) = $2 AND decided_at IS NULL AND expires_at > now()
RETURNING redirect_uri, state, client_id`;

/** Why neither of them matched; read on failures alone. $1 id hash, $2 user, $3 workspace. */
export const EXPLAIN_REQUEST = `
SELECT decided_at IS NOT NULL AS decided, expires_at <= now() AS expired, scopes,
  coalesce(workspace_id, $3) <> $3::text AS elsewhere
FROM authorization_requests WHERE id_hash = $1 AND coalesce(user_id, $2) = $2`;
