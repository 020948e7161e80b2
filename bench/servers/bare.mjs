import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';

/** Rows as wide as a real server's, primary keys and nothing else. */
const SCHEMA = `
CREATE TABLE clients (
  id text PRIMARY KEY, name text, redirect_uris text[] NOT NULL, grant_types text[] NOT NULL,
  auth_method text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE grants (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, client_id text NOT NULL, user_id text NOT NULL,
  scopes text[] NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE codes (
  hash bytea PRIMARY KEY, grant_id bigint NOT NULL, client_id text NOT NULL, user_id text NOT NULL,
  scopes text[] NOT NULL, expires_at timestamptz NOT NULL, uses integer NOT NULL DEFAULT 0) WITH (fillfactor = 80);
CREATE TABLE access_tokens (
  hash bytea PRIMARY KEY, grant_id bigint NOT NULL, client_id text NOT NULL, user_id text NOT NULL,
  scopes text[] NOT NULL, expires_at timestamptz NOT NULL);
CREATE TABLE refresh_tokens (
  hash bytea PRIMARY KEY, grant_id bigint NOT NULL, client_id text NOT NULL, user_id text NOT NULL,
  scopes text[] NOT NULL, expires_at timestamptz NOT NULL, uses integer NOT NULL DEFAULT 0) WITH (fillfactor = 80);`;

const issueFrom = (table) => `
WITH used AS (
  UPDATE ${table} SET uses = uses + 1 WHERE hash = $1 AND uses = 0 AND expires_at > now()
  RETURNING grant_id, client_id, user_id, scopes
), access AS (
  INSERT INTO access_tokens (hash, grant_id, client_id, user_id, scopes, expires_at)
  SELECT $2, grant_id, client_id, user_id, scopes, now() + interval '1 hour' FROM used
), refresh AS (
  INSERT INTO refresh_tokens (hash, grant_id, client_id, user_id, scopes, expires_at)
  SELECT $3, grant_id, client_id, user_id, scopes, now() + interval '90 days' FROM used
)
SELECT scopes FROM used`;

const REGISTER = `
INSERT INTO clients (id, name, redirect_uris, grant_types, auth_method) VALUES ($1, $2, $3, $4, $5)
RETURNING created_at`;
const APPROVE = `
WITH granted AS (INSERT INTO grants (client_id, user_id, scopes) VALUES ($2, $3, $4) RETURNING id)
INSERT INTO codes (hash, grant_id, client_id, user_id, scopes, expires_at)
SELECT $1, id, $2, $3, $4, now() + interval '1 minute' FROM granted`;
const FIND = 'SELECT client_id, user_id, scopes, expires_at FROM access_tokens WHERE hash = $1';

const STATEMENTS = {
  register: REGISTER,
  approve: APPROVE,
  exchange: issueFrom('codes'),
  refresh: issueFrom('refresh_tokens'),
  find: FIND,
};

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
const run = async (name, values) => (await pool.query({ name, text: STATEMENTS[name], values })).rows[0];
const newToken = () => randomBytes(32).toString('base64url');
const hashOf = (token) => createHash('sha256').update(token).digest();

async function issue(name, token) {
  const [access, refresh] = [newToken(), newToken()];
  const row = await run(name, [hashOf(token), hashOf(access), hashOf(refresh)]);
  if (!row) return undefined;
  return {
    access_token: access,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: refresh,
    scope: row.scopes.join(' '),
  };
}

/**
 * What every route does, and no more: one prepared statement. Bodies come as text; undefined is answered with 400.
 */
export const ROUTES = {
  async 'POST /register'(body) {
    const { client_name: name, redirect_uris: uris } = JSON.parse(body);
    const id = newToken();
    const { created_at: at } = await run('register', [id, name, uris, ['authorization_code'], 'none']);
    return {
      client_id: id,
      client_id_issued_at: at.getTime() / 1000,
      client_name: name,
      redirect_uris: uris,
    };
  },
  async 'POST /approve'(body) {
    const form = new URLSearchParams(body);
    const code = newToken();
    const scopes = form.get('scope').split(' ');
    await run('approve', [hashOf(code), form.get('client_id'), form.get('user'), scopes]);
    return { code };
  },
  async 'POST /token'(body) {
    const form = new URLSearchParams(body);
    const code = form.get('code');
    return code ? issue('exchange', code) : issue('refresh', form.get('refresh_token'));
  },
  async 'GET /me'(_body, authorization) {
    const row = await run('find', [hashOf(authorization.slice(7))]);
    return (
      row && { sub: row.user_id, client_id: row.client_id, scopes: row.scopes, expires_at: row.expires_at }
    );
  },
  async 'POST /introspect'(body) {
    const row = await run('find', [hashOf(new URLSearchParams(body).get('token'))]);
    return row && { active: true, sub: row.user_id, client_id: row.client_id, scope: row.scopes.join(' ') };
  },
};

/** Makes the tables. */
export const prepareDatabase = () => pool.query(SCHEMA);

process.on('SIGTERM', () => process.exit(0));
