import pg from 'pg';

const SCHEMA = `
CREATE TABLE payloads (
  model text NOT NULL, id text NOT NULL, payload jsonb NOT NULL, grant_id text, uid text, user_code text,
  expires_at timestamptz, consumed_at timestamptz, PRIMARY KEY (id, model)) WITH (fillfactor = 80);
CREATE INDEX ix_payloads_grant_id ON payloads (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX ix_payloads_uid ON payloads (uid) WHERE uid IS NOT NULL;
CREATE INDEX ix_payloads_user_code ON payloads (user_code) WHERE user_code IS NOT NULL;`;

const SELECT = `
SELECT payload, extract(epoch FROM consumed_at)::int AS consumed FROM payloads
WHERE model = $1 AND (expires_at IS NULL OR expires_at > now())`;

const STATEMENTS = {
  upsert: `
INSERT INTO payloads (model, id, payload, grant_id, uid, user_code, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
ON CONFLICT (id, model) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid,
  user_code = excluded.user_code, expires_at = excluded.expires_at`,
  find: `${SELECT} AND id = $2`,
  find_by_uid: `${SELECT} AND uid = $2`,
  find_by_user_code: `${SELECT} AND user_code = $2`,
  consume: 'UPDATE payloads SET consumed_at = now() WHERE model = $1 AND id = $2',
  destroy: 'DELETE FROM payloads WHERE model = $1 AND id = $2',
  revoke: 'DELETE FROM payloads WHERE model = $1 AND grant_id = $2',
};

/**
 * oidc-provider's adapter interface on PostgreSQL: every method is one named prepared statement by an index.
 *
 * @param {string} connectionString of an empty database
 */
export async function makeAdapter(connectionString) {
  const pool = new pg.Pool({ connectionString, max: 16 });
  await pool.query(SCHEMA);
  const run = (name, values) => pool.query({ name, text: STATEMENTS[name], values });
  const read = async (name, values) => {
    const [row] = (await run(name, values)).rows;
    return row && (row.consumed === null ? row.payload : { ...row.payload, consumed: row.consumed });
  };
  const adapter = (model) => ({
    upsert: async (id, payload, expiresIn) => {
      const { grantId, uid, userCode } = payload;
      await run('upsert', [model, id, payload, grantId, uid, userCode, expiresIn ?? null]);
    },
    find: (id) => read('find', [model, id]),
    findByUid: (uid) => read('find_by_uid', [model, uid]),
    findByUserCode: (userCode) => read('find_by_user_code', [model, userCode]),
    consume: (id) => run('consume', [model, id]),
    destroy: (id) => run('destroy', [model, id]),
    revokeByGrantId: (grantId) => run('revoke', [model, grantId]),
  });
  return { adapter, pool };
}
