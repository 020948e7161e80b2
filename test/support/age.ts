import type pg from 'pg';

/**
 * Moves everything that belongs to a client into the past, as if that time had gone by: the database's clock
 * decides what is in time, so a test ages rows and never sleeps. What a bearer check remembers, it does not reach:
 * ask by introspection, or present the token for the first time.
 *
 * @param database of the server under test
 * @param clientId who gets older, with its requests, grants, codes and tokens
 * @param seconds how much older
 */
export async function age(database: pg.Pool, clientId: string, seconds: number): Promise<void> {
  await database.query(AGE, [clientId, seconds]);
}

const AGE = `
WITH gone AS (SELECT make_interval(secs => $2) AS by),
client AS (
  UPDATE clients SET created_at = created_at - by, registered_at = registered_at - by, last_used_at = last_used_at - by, tombstoned_at = tombstoned_at - by
  FROM gone WHERE id = $1
), requests AS (
  UPDATE authorization_requests SET expires_at = expires_at - by, decided_at = decided_at - by
  FROM gone WHERE client_id = $1
), aged AS (
  UPDATE grants SET created_at = created_at - by, expires_at = expires_at - by, last_used_at = last_used_at - by,
    refresh_token_expires_at = refresh_token_expires_at - by, revoked_at = revoked_at - by
  FROM gone WHERE client_id = $1
), codes AS (
  UPDATE authorization_codes k SET expires_at = k.expires_at - by
  FROM gone, grants g WHERE g.id = k.grant_id AND g.client_id = $1
)
UPDATE access_tokens a SET expires_at = a.expires_at - by, created_at = a.created_at - by
FROM gone, grants g WHERE g.id = a.grant_id AND g.client_id = $1`;
