import { expect, httpClient } from '../http-client.mjs';
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

const SCOPE = 'profile:read apps:read';
/** The userinfo endpoint, which is its bearer check, wants this one as well. */
const SCOPE_OF_TOKENS = `openid ${SCOPE}`;
const CODE_GRANT = {
  grant_type: 'authorization_code',
  code_verifier: VERIFIER,
  redirect_uri: REDIRECT_URI,
};

/** Copies of one row that the server wrote itself, each with a grant of its own. $1 is the tag, $2 the original's id. */
const COPIES = (model, count) => `
WITH original AS (SELECT * FROM payloads WHERE model = '${model}' AND id = $2),
numbers AS (SELECT i, ${MADE_UP(0)} AS id, 'grant-' || $1 || i AS grant_id FROM generate_series(1, ${count}) AS i),
grants AS (
  INSERT INTO payloads (model, id, payload, expires_at)
  SELECT 'Grant', n.grant_id, g.payload || jsonb_build_object('jti', n.grant_id), g.expires_at
  FROM numbers n, original o JOIN payloads g ON g.model = 'Grant' AND g.id = o.grant_id
)
INSERT INTO payloads (model, id, payload, grant_id, expires_at)
SELECT '${model}', n.id,
  o.payload || jsonb_build_object('jti', n.id, 'grantId', n.grant_id,
    'exp', floor(extract(epoch FROM now()))::int + 86400),
  n.grant_id, now() + interval '1 day'
FROM numbers n, original o`;

/** The load on node-oidc-provider; see swingdoor.mjs. */
export function load({ base, pool, resourceSecret }) {
  const http = httpClient(base);
  const basic = `Basic ${Buffer.from(`resource-server:${resourceSecret}`).toString('base64')}`;
  const token = async (fields) => expect(200, await http.post('/token', fields));
  const register = async (name) =>
    expect(
      201,
      await http.postJson('/reg', {
        client_name: name,
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: 'none',
      }),
    );
  const run = newTag();
  let n = 0;

  /** From the browser's first request to the code: sign-in and consent are one step. */
  const authorize = async (client_id, scope = SCOPE) => {
    const jar = new Map();
    const visit = async (method, path) => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { cookie, 'x-user': `${run}-${(n += 1)}` };
      const answer = await http.request(method, path, headers);
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      return answer;
    };
    const query = new URLSearchParams({ ...REQUEST, client_id, scope }).toString();
    const interaction = locationOf(await visit('GET', `/auth?${query}`));
    expect(200, await visit('GET', interaction));
    const resume = new URL(locationOf(await visit('POST', interaction)), base);
    const back = locationOf(await visit('GET', resume.pathname));
    return new URL(back).searchParams.get('code');
  };

  /** Copies what the server made for a first client; all copies are that client's. */
  const copies = async (model, count, scope) => {
    const { client_id } = await register(`Copied ${run} ${model}`);
    const code = await authorize(client_id, scope);
    const pair = model === 'AuthorizationCode' ? {} : await token({ ...CODE_GRANT, code, client_id });
    const original = {
      AuthorizationCode: code,
      AccessToken: pair.access_token,
      RefreshToken: pair.refresh_token,
    };
    const tag = newTag();
    await pool.query(COPIES(model, count), [tag, original[model]]);
    return { client_id, make: (i) => madeUp('', tag, i) };
  };

  return {
    async register() {
      return async () => {
        await register(`Bench ${run} ${(n += 1)}`);
        return true;
      };
    },
    async exchange(count) {
      const { client_id, make } = await copies('AuthorizationCode', count);
      const next = supply(count, make);
      return async () => {
        const code = next();
        if (code) await token({ ...CODE_GRANT, code, client_id });
        return code;
      };
    },
    async refresh() {
      const { client_id, make } = await copies('RefreshToken', CHAINS);
      const tokens = rotation(Array.from({ length: CHAINS }, (_, i) => make(i + 1)));
      return async () => {
        const fields = { grant_type: 'refresh_token', client_id, refresh_token: tokens.take() };
        tokens.put((await token(fields)).refresh_token);
        return true;
      };
    },
    async bearer() {
      const { make } = await copies('AccessToken', TOKENS, SCOPE_OF_TOKENS);
      return async () => {
        const authorization = `Bearer ${make(((n += 1) % TOKENS) + 1)}`;
        expect(200, await http.get('/me', { authorization }));
        return true;
      };
    },
    async introspect() {
      const { make } = await copies('AccessToken', TOKENS);
      return async () => {
        const fields = { token: make(((n += 1) % TOKENS) + 1) };
        const answer = expect(200, await http.post('/token/introspection', fields, { authorization: basic }));
        if (!answer.active) throw new Error('The token is not active.');
        return true;
      };
    },
    async flow() {
      const clients = [];
      for (let i = 0; i < CLIENTS / 10; i += 1) clients.push((await register(`Flow ${run} ${i}`)).client_id);
      return async () => {
        const client_id = clients[n % clients.length];
        const code = await authorize(client_id);
        await token({ ...CODE_GRANT, code, client_id });
        return true;
      };
    },
  };
}

function locationOf({ status, headers, text }) {
  if (status >= 300 && status < 400) return headers.location.replace(/^https:\/\/oidc\.example/, '');
  throw new Error(`${status} instead of a redirect: ${text.slice(0, 300)}`);
}

const REQUEST = {
  response_type: 'code',
  redirect_uri: REDIRECT_URI,
  state: 'a-state-of-22-letters.',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
};
