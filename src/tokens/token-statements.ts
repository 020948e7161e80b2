/**
 * The hot statements. Each does its whole work in one round trip and one commit. They join `clients`, which
 * belongs to client-registration, because authenticating the client in the same statement saves a round trip.
 *
 * Racers: an UPDATE that waited for a row lock re-reads that row, so each redemption learns its own number
 * (`uses`). A plain read keeps the statement's snapshot, so nothing here decides by one.
 */

/** `AND`: the client exists, is no tombstone, and proved itself. Needs `c`; secret hash or null. */
const clientIs = (secretHash: string) =>
  `c.tombstoned_at IS NULL AND c.secret_hash IS NOT DISTINCT FROM ${secretHash}::bytea`;

/**
 * Every requested audience equals one of the grant's or lies beneath it; a null request asks for all of them, so that
 * the hot statements leave it out: planned once, it would still be set up at every run.
 */
const audienceIsGranted = (requested: string, own: string) => `
  (${requested}::text[] IS NULL OR NOT EXISTS (
    SELECT FROM unnest(${requested}::text[]) AS asked WHERE NOT EXISTS (
      SELECT FROM unnest(coalesce(g.audiences, ARRAY[${own}::text])) AS given
      WHERE asked = given OR starts_with(asked, given || '/') OR starts_with(asked, given || '?'))))`;

/** When a new token of `ttl` seconds ends: never after the grant's own end. */
const endOf = (ttl: string, maxAge: string) =>
  `least(now() + make_interval(secs => ${ttl}), created_at + make_interval(secs => ${maxAge}))`;

/**
 * Code for tokens (RFC 6749 §4.1.3). A further valid redemption revokes the grant (OAuth 2.1 §4.1.3); a wrong
 * verifier, client or redirect URI matches no row and changes nothing.
 *
 * $1 code hash, $2 client, $3 secret hash or null, $4 redirect URI or null, $5 challenge of the verifier,
 * $6 access token hash, $7 refresh token hash, $8 access TTL, $9 refresh TTL, $10 grant max age or null,
 * $11 resources or null
 */
export const EXCHANGE_CODE = exchangeCode('');
/** The same for a request that names resources. $12 audiences, $13 our own audience. */
export const EXCHANGE_CODE_FOR_RESOURCES = exchangeCode(`AND ${audienceIsGranted('$12', '$13')}`);

function exchangeCode(andAudience: string): string {
  return `
WITH code AS (
  UPDATE authorization_codes k SET uses = k.uses + 1
  FROM clients c, grants g
  WHERE k.hash = $1 AND k.client_id = $2 AND k.code_challenge = $5
    AND k.redirect_uri = coalesce($4, k.redirect_uri)
    AND (k.uses > 0 OR k.expires_at > now())
    AND c.id = k.client_id AND ${clientIs('$3')}
    AND g.id = k.grant_id AND g.revoked_at IS NULL
    AND coalesce(g.created_at + make_interval(secs => $10) > now(), true)
    ${andAudience}
  RETURNING k.uses, g.id, g.user_id, g.workspace_id, g.scopes, g.created_at, 'refresh_token' = ANY (c.grant_types) AS refreshes
), access AS (
  INSERT INTO access_tokens (hash, grant_id, resources, expires_at)
  SELECT $6, id, $11::text[], ${endOf('$8', '$10')} FROM code WHERE uses = 1
  RETURNING expires_at
), refresh AS (
  INSERT INTO refresh_tokens (hash, grant_id, client_id, expires_at)
  SELECT $7, id, $2, ${endOf('$9', '$10')} FROM code WHERE uses = 1 AND refreshes
  RETURNING expires_at
), touched AS (
  UPDATE grants g SET
    revoked_at = CASE WHEN code.uses > 1 THEN now() END,
    last_used_at = CASE WHEN code.uses = 1 THEN now() ELSE g.last_used_at END,
    expires_at = greatest((SELECT expires_at FROM refresh), (SELECT expires_at FROM access), g.expires_at)
  FROM code WHERE g.id = code.id AND g.revoked_at IS NULL
  RETURNING g.id
)
SELECT id AS grant_id, user_id, workspace_id, uses = 1 AS won, refreshes, scopes, EXISTS (SELECT FROM touched) AS live,
  ceil(extract(epoch FROM (SELECT expires_at FROM access) - now()))::int AS expires_in
FROM code`;
}

/**
 * Refresh rotation (RFC 6749 §6, RFC 9700 §4.14.2). The first use rotates; within the grace a retry learns
 * which key the successors were derived with and repeats them; later reuse revokes the grant. A racer that began
 * before the first use has an earlier `now()` than `rotated_at`, and still must not tell a longer life.
 *
 * $1 token hash, $2 client, $3 secret hash or null, $4 scopes or null, $5 successor access token hash,
 * $6 successor refresh token hash, $7 kid, $8 access TTL, $9 refresh TTL, $10 grant max age or null,
 * $11 resources or null, $12 grace in seconds
 */
export const ROTATE_REFRESH_TOKEN = rotateRefreshToken('');
/** The same for a request that names resources. $13 audiences, $14 our own audience. */
export const ROTATE_REFRESH_TOKEN_FOR_RESOURCES = rotateRefreshToken(
  `AND ${audienceIsGranted('$13', '$14')}`,
);

function rotateRefreshToken(andAudience: string): string {
  return `
WITH old AS (
  UPDATE refresh_tokens t SET
    uses = t.uses + 1,
    rotated_at = coalesce(t.rotated_at, now()),
    rotated_kid = coalesce(t.rotated_kid, $7),
    rotated_scopes = CASE WHEN t.uses = 0 THEN $4::text[] ELSE t.rotated_scopes END
  FROM clients c, grants g
  WHERE t.hash = $1 AND t.client_id = $2 AND t.expires_at > now()
    AND c.id = t.client_id AND ${clientIs('$3')}
    AND g.id = t.grant_id AND g.revoked_at IS NULL
    AND coalesce(g.created_at + make_interval(secs => $10) > now(), true)
    AND coalesce($4::text[], g.scopes) <@ g.scopes
    ${andAudience}
  RETURNING t.uses = 1 AS won, t.rotated_kid, t.rotated_scopes, t.rotated_at,
    t.rotated_at > now() - make_interval(secs => $12) AS fresh, g.id, g.user_id, g.workspace_id, g.scopes,
    g.created_at
), access AS (
  INSERT INTO access_tokens (hash, grant_id, scopes, resources, expires_at)
  SELECT $5, id, $4::text[], $11::text[], ${endOf('$8', '$10')} FROM old WHERE won
  RETURNING expires_at
), refresh AS (
  INSERT INTO refresh_tokens (hash, grant_id, client_id, expires_at)
  SELECT $6, id, $2, ${endOf('$9', '$10')} FROM old WHERE won
  RETURNING expires_at
), touched AS (
  UPDATE grants g SET
    revoked_at = CASE WHEN NOT old.fresh THEN now() END,
    last_used_at = CASE WHEN old.won THEN now() ELSE g.last_used_at END,
    expires_at = greatest((SELECT expires_at FROM refresh), (SELECT expires_at FROM access), g.expires_at)
  FROM old WHERE g.id = old.id AND g.revoked_at IS NULL AND (old.won OR NOT old.fresh)
  RETURNING g.id
)
SELECT id AS grant_id, user_id, workspace_id, won, fresh, rotated_kid AS kid, coalesce(rotated_scopes, scopes) AS scopes,
  (NOT won AND fresh) OR EXISTS (SELECT FROM touched) AS live,
  greatest(1, ceil(extract(epoch FROM
    least(rotated_at + make_interval(secs => $8), created_at + make_interval(secs => $10))
      - greatest(rotated_at, now()))))::int AS expires_in
FROM old`;
}

/**
 * Access token to its holder. $1 token hash. The grant decides: a pair that was issued while the user
 * disconnected the app is dead at birth. `seconds_left` is by the database's clock.
 */
export const FIND_ACCESS_TOKEN = `
SELECT g.user_id, g.workspace_id, g.client_id, coalesce(a.scopes, g.scopes) AS scopes,
  coalesce(a.resources, g.resources) AS resources, a.expires_at,
  g.id AS grant_id, extract(epoch FROM a.expires_at - now())::float8 AS seconds_left
FROM access_tokens a JOIN grants g ON g.id = a.grant_id
WHERE a.hash = $1 AND a.expires_at > now() AND g.revoked_at IS NULL`;

/** The same for a refresh token; one that was used is no longer active. $1 token hash. */
export const FIND_REFRESH_TOKEN = `
SELECT g.user_id, g.workspace_id, g.client_id, g.scopes, g.resources, t.expires_at,
  g.id AS grant_id, extract(epoch FROM t.expires_at - now())::float8 AS seconds_left
FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id
WHERE t.hash = $1 AND t.expires_at > now() AND t.uses = 0 AND g.revoked_at IS NULL`;

/**
 * Why a code matched nothing: no row means the client, else whether only the audience was wrong. $1 code hash, $2 client, $3 secret hash or null, $4 redirect URI or null, $5 challenge, $6 audiences,
 * $7 our own audience
 */
export const EXPLAIN_CODE = `
SELECT EXISTS (
  SELECT FROM authorization_codes k JOIN grants g ON g.id = k.grant_id
  WHERE k.hash = $1 AND k.client_id = c.id AND k.code_challenge = $5
    AND k.redirect_uri = coalesce($4, k.redirect_uri) AND (k.uses > 0 OR k.expires_at > now())
    AND g.revoked_at IS NULL AND NOT ${audienceIsGranted('$6', '$7')}
) AS beyond_audience
FROM clients c WHERE c.id = $2 AND ${clientIs('$3')}`;

/**
 * The same for a refresh token. $1 token hash, $2 client, $3 secret hash or null, $4 scopes or null,
 * $5 audiences, $6 our own audience
 */
export const EXPLAIN_REFRESH = `
SELECT c.grant_types, t.beyond_scope, t.beyond_audience
FROM clients c LEFT JOIN LATERAL (
  SELECT NOT coalesce($4::text[], g.scopes) <@ g.scopes AS beyond_scope,
    NOT ${audienceIsGranted('$5', '$6')} AS beyond_audience
  FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id
  WHERE t.hash = $1 AND t.client_id = c.id AND t.expires_at > now() AND g.revoked_at IS NULL
) t ON true
WHERE c.id = $2 AND ${clientIs('$3')}`;

/** Whether a client is who it says: one row if so. $1 client, $2 secret hash or null. */
export const AUTHENTICATE_CLIENT = `
SELECT c.id FROM clients c WHERE c.id = $1 AND ${clientIs('$2')}`;

/**
 * Revocation (RFC 7009) of an access token alone. $1 token hash, $2 client, $3 secret hash or null. Answers
 * whether the client is who it says, and for the records alone what was revoked: that is nobody else's business.
 */
export const REVOKE_ACCESS_TOKEN = `
WITH client AS (SELECT c.id FROM clients c WHERE c.id = $2 AND ${clientIs('$3')}),
gone AS (
  DELETE FROM access_tokens a USING grants g, client
  WHERE a.hash = $1 AND g.id = a.grant_id AND g.client_id = client.id
  RETURNING g.id AS grant_id, g.user_id, g.workspace_id
)
SELECT client.id, gone.* FROM client LEFT JOIN gone ON true`;

/**
 * Revocation of a refresh token: the live one, or one superseded within the grace, takes its grant with it;
 * an older one is only a memory and revokes nothing. $1 to $3 as above, $4 grace in seconds.
 */
export const REVOKE_REFRESH_TOKEN = `
WITH client AS (SELECT c.id FROM clients c WHERE c.id = $2 AND ${clientIs('$3')}),
gone AS (
  UPDATE grants g SET revoked_at = now()
  FROM refresh_tokens t, client
  WHERE t.hash = $1 AND t.client_id = client.id AND g.id = t.grant_id AND g.revoked_at IS NULL
    AND coalesce(t.rotated_at > now() - make_interval(secs => $4), true)
  RETURNING g.id AS grant_id, g.user_id, g.workspace_id
)
SELECT client.id, gone.* FROM client LEFT JOIN gone ON true`;
