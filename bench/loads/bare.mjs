import { expect, httpClient } from '../http-client.mjs';
import {
  CHAINS,
  CLIENTS,
  MADE_UP,
  madeUp,
  newTag,
  REDIRECT_URI,
  rotation,
  supply,
  TOKENS,
} from './made-up.mjs';

const SCOPE = 'profile:read apps:read';
const SCOPES = `ARRAY['profile:read', 'apps:read']`;
const columns = `sha256(convert_to(${MADE_UP(0)}, 'UTF8')), i, 'client-' || i % ${CLIENTS}, 'user-' || i, ${SCOPES}`;

/** The load of the bare servers; see swingdoor.mjs. */
export function load({ base, pool }) {
  const http = httpClient(base);
  const seed = async (table, count) => {
    const tag = newTag();
    await pool.query(
      `INSERT INTO ${table} (hash, grant_id, client_id, user_id, scopes, expires_at)
       SELECT ${columns}, now() + interval '1 day' FROM generate_series(1, ${count}) AS i`,
      [tag],
    );
    return (i) => madeUp('', tag, i);
  };
  const token = async (fields) => expect(200, await http.post('/token', { client_id: 'client', ...fields }));
  let n = 0;
  return {
    async register() {
      return async () => {
        const metadata = { client_name: `Bench ${(n += 1)}`, redirect_uris: [REDIRECT_URI] };
        expect(200, await http.postJson('/register', metadata));
        return true;
      };
    },
    async exchange(count) {
      const next = supply(count, await seed('codes', count));
      return async () => {
        const code = next();
        if (code) await token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI });
        return code;
      };
    },
    async refresh() {
      const make = await seed('refresh_tokens', CHAINS);
      const tokens = rotation(Array.from({ length: CHAINS }, (_, i) => make(i + 1)));
      return async () => {
        const fields = { grant_type: 'refresh_token', refresh_token: tokens.take() };
        tokens.put((await token(fields)).refresh_token);
        return true;
      };
    },
    async bearer() {
      const make = await seed('access_tokens', TOKENS);
      return async () => {
        const authorization = `Bearer ${make(((n += 1) % TOKENS) + 1)}`;
        expect(200, await http.get('/me', { authorization }));
        return true;
      };
    },
    async introspect() {
      const make = await seed('access_tokens', TOKENS);
      return async () => {
        expect(200, await http.post('/introspect', { token: make(((n += 1) % TOKENS) + 1) }));
        return true;
      };
    },
    async flow() {
      return async () => {
        const fields = { client_id: `client-${n % CLIENTS}`, user: `user-${(n += 1)}`, scope: SCOPE };
        const { code } = expect(200, await http.post('/approve', fields));
        await token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI });
        return true;
      };
    },
  };
}
