import pg from 'pg';
import { CHALLENGE, HASH_OF_GRANT, MADE_UP, REDIRECT_URI } from './loads/made-up.mjs';
import { clientsOf, GRANT_ID, TAG } from './loads/scale.mjs';

/** Rows of one statement: enough to be quick, few enough to show progress. */
const BATCH = 500_000;

const hash = `sha256(convert_to(${MADE_UP(6)}, 'UTF8'))`;

/**
 * Fills a migrated, empty database: users with two grants each of different clients, a live refresh token and a
 * redeemed code per grant, and access tokens spread over the grants. The indexes are in place meanwhile, so that they
 * are as full as they are where tokens come one by one.
 *
 * @param {string} connectionString the database
 * @param {{ tokens: number, grants: number }} size rows of access_tokens and grants
 */
export async function loadRows(connectionString, { tokens, grants }) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const clients = clientsOf(grants);
  await client.query(
    `INSERT INTO clients (id, token_endpoint_auth_method, redirect_uris, grant_types, name)
     SELECT 'sd_cl_scale_' || i, 'none', ARRAY[$1], ARRAY['authorization_code', 'refresh_token'], 'Scale ' || i
     FROM generate_series(0, ${clients - 1}) AS i`,
    [REDIRECT_URI],
  );
  const fill = async (count, text, values = []) => {
    for (let from = 1; from <= count; from += BATCH) {
      const to = Math.min(count, from + BATCH - 1);
      await client.query(`${text} FROM generate_series(${from}, ${to}) AS i`, values);
      process.stderr.write(`\r${/INTO (\w+)/.exec(text)[1]}: ${to} of ${count}      `);
    }
    process.stderr.write('\n');
  };
  await fill(
    grants,
    `INSERT INTO grants
       (id, client_id, user_id, workspace_id, scopes, expires_at, last_used_at, refresh_token_expires_at,
        refresh_token_hash)
     SELECT ${GRANT_ID('i')}, 'sd_cl_scale_' || i % ${clients}, 'scale-' || (i + 1) / 2, 'user:scale-' || (i + 1) / 2,
       ARRAY['profile:read', 'apps:read'], now() + interval '90 days', now(), now() + interval '90 days',
       ${HASH_OF_GRANT('sd_rt_', '$1', GRANT_ID('i'))}`,
    [TAG],
  );
  await fill(
    grants,
    `INSERT INTO authorization_codes (hash, grant_id, redirect_uri, code_challenge, expires_at)
     SELECT ${hash}, ${GRANT_ID('i')}, '${REDIRECT_URI}', '${CHALLENGE}', now()`,
    [`sd_ac_${TAG}`],
  );
  await fill(
    tokens,
    `INSERT INTO access_tokens (hash, grant_id, expires_at)
     SELECT ${hash}, ${GRANT_ID(`(1 + i % ${grants})`)}, now() + interval '1 day'`,
    [`sd_at_${TAG}`],
  );
  await client.query('VACUUM (ANALYZE)');
  await client.query('CHECKPOINT');
  await client.end();
}

/** Bytes per row on disk of the tables that grow with use, indexes and all. */
export async function bytesPerRow(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const sizes = [];
  for (const name of ['access_tokens', 'authorization_codes', 'grants']) {
    const { rows } = await client.query(
      `SELECT count(*)::int AS rows, pg_total_relation_size('${name}')::float8 AS bytes,
         pg_indexes_size('${name}')::float8 AS indexes FROM ${name}`,
    );
    sizes.push({ name, ...rows[0] });
  }
  await client.end();
  return sizes;
}
