import { createHmac, randomInt } from 'node:crypto';
import { expect, httpClient } from '../http-client.mjs';
import { DASHBOARD, RESOURCE_SERVER } from '../swingdoor-settings.mjs';
import {
  CHAINS,
  CHALLENGE,
  CLIENTS,
  HASH_OF_GRANT,
  madeUp,
  newTag,
  ofGrant,
  REDIRECT_URI,
  rotation,
  supply,
  TOKENS,
  VERIFIER,
} from './made-up.mjs';

const OAUTH = '/public/v1/oauth';
const SCOPE = 'profile:read apps:read';
const BASIC = `Basic ${Buffer.from(`${RESOURCE_SERVER.id}:${RESOURCE_SERVER.secret}`).toString('base64')}`;
const clientOf = (i) => `sd_cl_bench_${i % CLIENTS}`;

/** Grants $1 + 1 to $1 + `count`, whose users $2 tells from those of all other preparations. */
const GRANTS = (count, state) => `
INSERT INTO grants (id, client_id, user_id, workspace_id, scopes, expires_at, last_used_at, refresh_token_expires_at,
  refresh_token_hash)
SELECT $1::bigint + i, 'sd_cl_bench_' || i % ${CLIENTS}, $2 || '-' || i, 'user:' || $2 || '-' || i,
  ARRAY['profile:read', 'apps:read'], ${state}
FROM generate_series(1, ${count}) AS i`;
const FRESH = 'NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::bytea';
const IN_90_DAYS = `now() + interval '90 days'`;
const redeemed = (hash) => `${IN_90_DAYS}, now(), ${IN_90_DAYS}, ${hash}`;

const CODES = (count) => `
INSERT INTO authorization_codes (hash, grant_id, redirect_uri, code_challenge, expires_at)
SELECT ${HASH_OF_GRANT('sd_ac_', '$2', '$1::bigint + i')}, $1::bigint + i, '${REDIRECT_URI}', '${CHALLENGE}',
  now() + interval '1 day'
FROM generate_series(1, ${count}) AS i`;

const ACCESS_TOKENS = (count) => `
INSERT INTO access_tokens (hash, grant_id, expires_at)
SELECT sha256(convert_to('sd_at_' || $2 || lpad(i::text, 43 - length($2), '0'), 'UTF8')), $1::bigint + i,
  now() + interval '1 day'
FROM generate_series(1, ${count}) AS i`;

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
  const seed = async (prefix, ...statements) => {
    await clients;
    const [tag, base] = [newTag(), randomInt(2 ** 38) * 2 ** 10];
    for (const statement of statements) await pool.query(statement, [base, tag]);
    return { made: (i) => madeUp(prefix, tag, i), ofGrant: (i) => ofGrant(prefix, tag, base + i) };
  };
  const accessTokens = async () =>
    (await seed('sd_at_', GRANTS(TOKENS, redeemed('NULL::bytea')), ACCESS_TOKENS(TOKENS))).made;
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
      const { ofGrant: codeOf } = await seed('sd_ac_', GRANTS(count, FRESH), CODES(count));
      const next = supply(count, (i) => ({ code: codeOf(i), client_id: clientOf(i) }));
      return async () => {
        const given = next();
        if (given) await token({ ...CODE_GRANT, ...given });
        return given;
      };
    },
    async refresh() {
      const hash = HASH_OF_GRANT('sd_rt_', '$2', '$1::bigint + i');
      const { ofGrant: tokenOf } = await seed('sd_rt_', GRANTS(CHAINS, redeemed(hash)));
      const first = Array.from({ length: CHAINS }, (_, i) => [clientOf(i + 1), tokenOf(i + 1)]);
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
