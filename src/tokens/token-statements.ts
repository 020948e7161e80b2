/**
 * The hot statements. Each does its whole work in one round trip and one commit. They join `clients`, which
 * belongs to client-registration, because authenticating the client in the same statement saves a round trip.
 *
 * Codes and access tokens are written once, though one of these may be ended alone. What changes is the grant: that its code was redeemed, and which refresh
 * token is the live one. So whoever redeems waits for the grant's row, and the UPDATE then reads it again: one of many
 * racers finds it as it has to be. A plain read keeps the statement's snapshot, so nothing here decides by one.
 */

/** `AND`: the client exists, is no tombstone, and proved itself. Needs `c`; secret hash or null. */
const clientIs = (secretHash: string) =>
  `c.tombstoned_at IS NULL AND c.secret_hash IS NOT DISTINCT FROM ${secretHash}::bytea`;

/** Whether the client registered for the refresh grant. Needs `c`. */
const REFRESHES = `'refresh_token' = ANY (c.grant_types)`;

/**
 * Every requested audience equals one of the grant's or lies beneath it; a null request asks for all of them, so that
 * the hot statements leave it out: planned once, it would still be set up at every run.
 */
const audienceIsGranted = (requested: string, own: string) => `
  (${requested}::text[] IS NULL OR NOT EXISTS (
    SELECT FROM unnest(${requested}::text[]) AS asked WHERE NOT EXISTS (
      SELECT FROM unnest(coalesce(g.audiences, ARRAY[${own}::text])) AS given
      WHERE asked = given OR starts_with(asked, given || '/') OR starts_with(asked, given || '?'))))`;

/** When a new token of `ttl` seconds ends: never after the end of its grant, whose row is `grant`. */
const endOf = (ttl: string, maxAge: string, grant: string) =>
  `least(now() + make_interval(secs => ${ttl}), ${grant}.created_at + make_interval(secs => ${maxAge}))`;

/** Seconds until then, as a client is told. */
const secondsUntil = (end: string, from = 'now()') => `ceil(extract(epoch FROM ${end} - ${from}))::int`;

/** `AND`: the grant is neither revoked nor too old. Needs `g`; max age or null. */
const grantLives = (maxAge: string) =>
  `g.revoked_at IS NULL AND coalesce(g.created_at + make_interval(secs => ${maxAge}) > now(), true)`;

/**
 * Code for tokens (RFC 6749 §4.1.3). Matches the one grant whose code this is, while it was not redeemed; a wrong
 * verifier, client or redirect URI matches nothing and changes nothing. {@link JUDGE_CODE} says why.
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
WITH redeemed AS (
  UPDATE grants g SET
    last_used_at = now(),
    refresh_token_hash = CASE WHEN ${REFRESHES} THEN $7::bytea END,
    refresh_token_expires_at = CASE WHEN ${REFRESHES} THEN ${endOf('$9', '$10', 'g')} END,
    expires_at = CASE WHEN ${REFRESHES} THEN greatest(${endOf('$8', '$10', 'g')}, ${endOf('$9', '$10', 'g')})
      ELSE ${endOf('$8', '$10', 'g')} END
  FROM authorization_codes k, clients c
  WHERE k.hash = $1 AND k.code_challenge = $5 AND k.redirect_uri = coalesce($4, k.redirect_uri)
    AND k.expires_at > now()
    AND g.id = k.grant_id AND g.client_id = $2 AND g.last_used_at IS NULL AND ${grantLives('$10')}
    AND c.id = $2 AND ${clientIs('$3')}
    ${andAudience}
  RETURNING g.id, g.user_id, g.workspace_id, g.scopes, g.created_at, ${REFRESHES} AS refreshes
), access AS (
  INSERT INTO access_tokens (hash, grant_id, resources, expires_at)
  SELECT $6, id, $11::text[], ${endOf('$8', '$10', 'redeemed')} FROM redeemed
)
SELECT id AS grant_id, user_id, workspace_id, refreshes, scopes,
  ${secondsUntil(endOf('$8', '$10', 'redeemed'))} AS expires_in
FROM redeemed`;
}

/**
 * Refresh rotation (RFC 6749 §6, RFC 9700 §4.14.2). Matches the grant if this is its live token, and puts the successor
 * in its place. A retry and a reuse match nothing: {@link JUDGE_REFRESH_TOKEN} tells them apart.
 *
 * $1 the token's grant, $2 token hash, $3 client, $4 secret hash or null, $5 scopes or null, $6 successor access token
 * hash, $7 successor refresh token hash, $8 access TTL, $9 refresh TTL, $10 grant max age or null, $11 resources or null
 */
export const ROTATE_REFRESH_TOKEN = rotateRefreshToken('');
/** The same for a request that names resources. $12 audiences, $13 our own audience. */
export const ROTATE_REFRESH_TOKEN_FOR_RESOURCES = rotateRefreshToken(
  `AND ${audienceIsGranted('$12', '$13')}`,
);

function rotateRefreshToken(andAudience: string): string {
  return `
WITH rotated AS (
  UPDATE grants g SET
    last_used_at = now(),
    refresh_token_hash = $7,
    refresh_token_expires_at = ${endOf('$9', '$10', 'g')},
    expires_at = greatest(${endOf('$8', '$10', 'g')}, ${endOf('$9', '$10', 'g')}, g.expires_at)
  FROM clients c
  WHERE g.id = $1 AND g.refresh_token_hash = $2 AND g.refresh_token_expires_at > now()
    AND g.client_id = $3 AND ${grantLives('$10')} AND ($5::text[] IS NULL OR $5::text[] <@ g.scopes)
    AND c.id = $3 AND ${clientIs('$4')}
    ${andAudience}
  RETURNING g.id, g.scopes, g.created_at
), access AS (
  INSERT INTO access_tokens (hash, grant_id, scopes, resources, expires_at)
  SELECT $6, id, $5::text[], $11::text[], ${endOf('$8', '$10', 'rotated')} FROM rotated
)
SELECT coalesce($5::text[], scopes) AS scopes, ${secondsUntil(endOf('$8', '$10', 'rotated'))} AS expires_in
FROM rotated`;
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

/** The same for a refresh token; one that was used is no longer active. $1 its grant, $2 token hash. */
export const FIND_REFRESH_TOKEN = `
SELECT g.user_id, g.workspace_id, g.client_id, g.scopes, g.resources, g.refresh_token_expires_at AS expires_at,
  g.id AS grant_id, extract(epoch FROM g.refresh_token_expires_at - now())::float8 AS seconds_left
FROM grants g
WHERE g.id = $1 AND g.refresh_token_hash = $2 AND g.refresh_token_expires_at > now() AND g.revoked_at IS NULL`;

/**
 * What to make of a code that {@link EXCHANGE_CODE} did not match; it begins after whatever that one waited for, and so
 * sees it. A code that was redeemed, and would match otherwise, revokes its grant (OAuth 2.1 §4.1.3). No row means the
 * client, else who lost the grant, and whether only the audience was wrong.
 *
 * $1 code hash, $2 client, $3 secret hash or null, $4 redirect URI or null, $5 challenge, $6 grant max age or null,
 * $7 audiences, $8 our own audience
 */
export const JUDGE_CODE = `
WITH client AS (SELECT c.id FROM clients c WHERE c.id = $2 AND ${clientIs('$3')}),
presented AS (
  SELECT g.id, g.last_used_at IS NOT NULL AS used, NOT ${audienceIsGranted('$7', '$8')} AS beyond_audience
  FROM client, authorization_codes k, grants g
  WHERE k.hash = $1 AND k.code_challenge = $5 AND k.redirect_uri = coalesce($4, k.redirect_uri)
    AND g.id = k.grant_id AND g.client_id = client.id AND ${grantLives('$6')}
    AND (g.last_used_at IS NOT NULL OR k.expires_at > now())
), replayed AS (
  UPDATE grants g SET revoked_at = now() FROM presented p
  WHERE g.id = p.id AND p.used AND NOT p.beyond_audience AND g.revoked_at IS NULL
  RETURNING g.id AS grant_id, g.user_id, g.workspace_id
)
SELECT coalesce(p.beyond_audience, false) AS beyond_audience, replayed.*
FROM client LEFT JOIN presented p ON true LEFT JOIN replayed ON true`;

/**
 * The same for a refresh token that {@link ROTATE_REFRESH_TOKEN} did not match. One that was rotated within the grace
 * learns what it was rotated to; one that was rotated before revokes its grant. When that was, the access token says
 * that came of it: its row stays for that long, whatever became of it.
 *
 * $1 the token's grant, $2 token hash, $3 client, $4 secret hash or null, $5 scopes or null, $6 hashes of the access
 * tokens that may have come of it, $7 grace in seconds, $8 grant max age or null, $9 audiences, $10 our own audience,
 * $11 whether it proves that it was issued
 */
export const JUDGE_REFRESH_TOKEN = `
WITH client AS (SELECT c.id, ${REFRESHES} AS refreshes FROM clients c WHERE c.id = $3 AND ${clientIs('$4')}),
presented AS (
  SELECT g.id AS grant_id, g.user_id, g.workspace_id, coalesce(a.scopes, g.scopes) AS scopes,
    g.refresh_token_hash IS NOT DISTINCT FROM $2 AS live,
    array_position($6::bytea[], a.hash) AS successor,
    coalesce(a.created_at > now() - make_interval(secs => $7), false) AS fresh,
    NOT coalesce($5::text[], g.scopes) <@ g.scopes AS beyond_scope,
    NOT ${audienceIsGranted('$9', '$10')} AS beyond_audience,
    greatest(1, ${secondsUntil('a.expires_at')}) AS expires_in
  FROM client, grants g LEFT JOIN access_tokens a ON a.hash = ANY ($6::bytea[]) AND a.grant_id = g.id
  WHERE g.id = $1 AND g.client_id = client.id AND ${grantLives('$8')}
    AND client.refreshes
    AND CASE g.refresh_token_hash WHEN $2 THEN g.refresh_token_expires_at > now() ELSE $11 OR a.hash IS NOT NULL END
), reused AS (
  UPDATE grants g SET revoked_at = now() FROM presented p
  WHERE g.id = p.grant_id AND NOT (p.live OR p.fresh OR p.beyond_scope OR p.beyond_audience)
    AND g.revoked_at IS NULL
  RETURNING g.id
)
SELECT client.refreshes, p.*, reused.id IS NOT NULL AS reused
FROM client LEFT JOIN presented p ON true LEFT JOIN reused ON true`;

/** Whether a client is who it says: one row if so. $1 client, $2 secret hash or null. */
export const AUTHENTICATE_CLIENT = `
SELECT c.id FROM clients c WHERE c.id = $1 AND ${clientIs('$2')}`;

/**
 * Revocation (RFC 7009) of an access token alone; its row stays for what it says of a refresh token. $1 token hash,
 * $2 client, $3 secret hash or null. Answers whether the client is who it says, and for the records alone what was
 * revoked: that is nobody else's business.
 */
export const REVOKE_ACCESS_TOKEN = `
WITH client AS (SELECT c.id FROM clients c WHERE c.id = $2 AND ${clientIs('$3')}),
gone AS (
  UPDATE access_tokens a SET expires_at = now() FROM grants g, client
  WHERE a.hash = $1 AND a.expires_at > now() AND g.id = a.grant_id AND g.client_id = client.id
  RETURNING g.id AS grant_id, g.user_id, g.workspace_id
)
SELECT client.id, gone.* FROM client LEFT JOIN gone ON true`;

/**
 * Revocation of a refresh token: the live one, or one superseded within the grace, takes its grant with it; an older one
 * is only a memory and revokes nothing. Whoever waited for a rotation finds its successor on the grant, though not yet the
 * row of the access token. $1 to $3 as above, $4 the token's grant, $5 and $6 hashes of the access and refresh tokens that
 * may have followed, $7 grace in seconds.
 */
export const REVOKE_REFRESH_TOKEN = `
WITH client AS (SELECT c.id FROM clients c WHERE c.id = $2 AND ${clientIs('$3')}),
gone AS (
  UPDATE grants g SET revoked_at = now()
  FROM client
  WHERE g.id = $4 AND g.client_id = client.id AND g.revoked_at IS NULL
    AND (g.refresh_token_hash = $1
      OR g.refresh_token_hash = ANY ($6::bytea[]) AND g.last_used_at > now() - make_interval(secs => $7)
      OR EXISTS (SELECT FROM access_tokens a WHERE a.hash = ANY ($5::bytea[]) AND a.grant_id = g.id
        AND a.created_at > now() - make_interval(secs => $7)))
  RETURNING g.id AS grant_id, g.user_id, g.workspace_id
)
SELECT client.id, gone.* FROM client LEFT JOIN gone ON true`;
