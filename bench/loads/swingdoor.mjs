import { createHmac } from 'node:crypto';
import { expect, httpClient } from '../http-client.mjs';
import { DASHBOARD, RESOURCE_SERVER } from '../swingdoor-settings.mjs';
import {
  CHAINS,
  CHALLENGE,
  CLIENTS,
  MADE_UP,
  madeUp,
  newTag,
  REDIRECT_URI,
  rotation,
  supply,
  TOKENS,
  VERIFIER,
} from './made-up.mjs';

const OAUTH = '/public/v1/oauth';
const SCOPE = 'profile:read apps:read';
const BASIC = `Basic ${Buffer.from(`${RESOURCE_SERVER.id}:${RESOURCE_SERVER.secret}`).toString('base64')}`;
/** In SQL, where `i` is a column. */
const HASH = `sha256(convert_to(${MADE_UP(6)}, 'UTF8'))`;
const clientOf = (i) => `sd_cl_bench_${i % CLIENTS}`;

/** Of a grant whose code is on its way, and of one whose refresh token is the one that is made. */
const FRESH = 'NULL, NULL, NULL';
const redeemed = (hash) => `now() + interval '90 days', now(), ${hash}`;

/** $1 is prefix and tag, whose last 8 characters also tell the users of one preparation from all others. */
const SEED = (count, state, table, columns, values) => `
WITH made AS (
  INSERT INTO grants
    (client_id, user_id, workspace_id, scopes, expires_at, last_used_at, refresh_token_hash)
  SELECT 'sd_cl_bench_' || i % ${CLIENTS}, right($1, 8) || '-' || i, 'user:' || right($1, 8) || '-' || i,
    ARRAY['profile:read', 'apps:read'], ${state}
  FROM generate_series(1, ${count}) AS i
  RETURNING id, split_part(user_id, '-', 2)::int AS i
)
INSERT INTO ${table} (hash, grant_id, expires_at${columns})
SELECT ${HASH}, id, now() + interval '1 day'${values} FROM made`;

/**
 * The load on Swingdoor. Each work is prepared (`await works.exchange(count)`) and then run one request, or one flow,
 * at a time; it answers false where what was prepared is used up.
 */
export function load({ base, pool }) {
  const http = httpClient(base);
  const clients = pool.query(
    `INSERT INTO clients (id, token_endpoint_auth_method, redirect_uris, grant_types, name)
     SELECT 'sd_cl_bench_' || i, 'none', ARRAY[$1], ARRAY['authorization_code', 'refresh_token'], 'Bench ' || i
     FROM generate_series(0, ${CLIENTS - 1}) AS i ON CONFLICT DO NOTHING`,
    [REDIRECT_URI],
  );
  const seed = async (prefix, count, state, table, columns = '', values = '') => {
    await clients;
    const tag = newTag();
    await pool.query(SEED(count, state, table, columns, values), [prefix + tag]);
    return (i) => madeUp(prefix, tag, i);
  };
  const accessTokens = () => seed('sd_at_', TOKENS, redeemed('NULL'), 'access_tokens');
  const token = async (fields) => expect(200, await http.post(`${OAUTH}/token/`, fields));
  const run = newTag();
  let n = 0;
  return {
    async register() {
      return async () => {
        const metadata = { client_name: `Bench ${run} ${(n += 1)}`, redirect_uris: [REDIRECT_URI] };
        expect(201, await http.postJson(`${OAUTH}/register/`, metadata));
        return true;
      };
    },
    async exchange(count) {
      const columns = ', redirect_uri, code_challenge';
      const values = `, '${REDIRECT_URI}', '${CHALLENGE}'`;
      const make = await seed('sd_ac_', count, FRESH, 'authorization_codes', columns, values);
      const next = supply(count, (i) => ({ code: make(i), client_id: clientOf(i) }));
      return async () => {
        const given = next();
        if (given) await token({ ...CODE_GRANT, ...given });
        return given;
      };
    },
    async refresh() {
      const make = await seed('sd_rt_', CHAINS, redeemed(HASH), 'refresh_tokens');
      const first = Array.from({ length: CHAINS }, (_, i) => [clientOf(i + 1), make(i + 1)]);
      const tokens = rotation(first);
      return async () => {
        const [client, presented] = tokens.take();
        const fields = { grant_type: 'refresh_token', client_id: client, refresh_token: presented };
        tokens.put([client, (await token(fields)).refresh_token]);
        return true;
      };
    },
    async bearer() {
      const make = await accessTokens();
      return async () => {
        const authorization = `Bearer ${make(((n += 1) % TOKENS) + 1)}`;
        expect(200, await http.get('/public/v1/me/', { authorization }));
        return true;
      };
    },
    async introspect() {
      const make = await accessTokens();
      return async () => {
        const fields = { token: make(((n += 1) % TOKENS) + 1) };
        const answer = expect(200, await http.post(`${OAUTH}/introspect/`, fields, { authorization: BASIC }));
        if (!answer.active) throw new Error('The token is not active.');
        return true;
      };
    },
    async flow() {
      await clients;
      return async () => {
        const client_id = clientOf((n += 1));
        const authorization = `Bearer ${dashboardJwt(`${run}-${n}`)}`;
        const query = new URLSearchParams({ ...REQUEST, client_id }).toString();
        const consent = await http.get(`${OAUTH}/authorize/?${query}`);
        expect(302, { ...consent, text: '' });
        const id = new URL(consent.headers.location).searchParams.get('request_id');
        const request = `${OAUTH}/authorize/requests/${id}/`;
        expect(200, await http.get(request, { authorization }));
        const decided = expect(200, await http.postJson(`${request}approve/`, {}, { authorization }));
        const code = new URL(decided.redirect_to).searchParams.get('code');
        await token({ ...CODE_GRANT, code, client_id });
        return true;
      };
    },
  };
}

const CODE_GRANT = {
  grant_type: 'authorization_code',
  code_verifier: VERIFIER,
  redirect_uri: REDIRECT_URI,
};

const REQUEST = {
  response_type: 'code',
  redirect_uri: REDIRECT_URI,
  scope: SCOPE,
  state: 'a-state-of-22-letters.',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
};

/** What the SaaS signs for its user's browser (RFC 7519, HS256). */
export function dashboardJwt(sub) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub, iss: DASHBOARD.issuer, aud: DASHBOARD.audience, iat: now, exp: now + 300 };
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', DASHBOARD.secret).update(text).digest('base64url')}`;
}
