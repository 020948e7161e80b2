import { expect, httpClient } from '../http-client.mjs';
import { RESOURCE_SERVER } from '../swingdoor-settings.mjs';
import { madeUp, ofGrant, rotation, supply } from './made-up.mjs';
import { dashboardJwt } from './swingdoor.mjs';

/** What the rows of load-rows.mjs are derived from. */
export const TAG = 'bigscale';
export const clientsOf = (grants) => Math.ceil(grants / 100);
const OAUTH = '/public/v1/oauth';
const BASIC = `Basic ${Buffer.from(`${RESOURCE_SERVER.id}:${RESOURCE_SERVER.secret}`).toString('base64')}`;

/** The id of a grant: as scattered as random ones are, and told from its number alone. */
const STEP = 0x5851f42d4c957f2dn;
const grantId = (number) => BigInt.asUintN(63, BigInt(number) * STEP);
/** The same in SQL, where `number` is an expression for an integer. */
export const GRANT_ID = (number) => `mod(${number} * ${STEP}::numeric, ${2n ** 63n})::bigint`;

/** How many refresh tokens are in rotation at most. */
const CHAINS = 20_000;

/**
 * The load on a database of a given size. Rows are visited in a scattered order, and access tokens once each, so that
 * no cache has met them. The first half of the grants is refreshed and listed, the second half is disconnected.
 */
export function load({ base, tokens, grants }) {
  const http = httpClient(base);
  const half = Math.floor(grants / 2);
  const clientOf = (grant) => `sd_cl_scale_${grant % clientsOf(grants)}`;
  const userOf = (grant) => `scale-${Math.ceil(grant / 2)}`;
  const token = scattered(tokens);
  const visited = scattered(half);
  const doomed = scattered(half);
  const chains = rotation(
    Array.from({ length: Math.min(CHAINS, half) }, () => visited()).map((grant) => [
      grant,
      ofGrant('sd_rt_', TAG, grantId(grant)),
    ]),
  );
  const each = (count, ask) => {
    const next = supply(count, () => true);
    return async () => next() && (await ask(), true);
  };
  const authorized = (sub) => ({ authorization: `Bearer ${dashboardJwt(sub)}` });
  return {
    refresh: async (count) =>
      each(count, async () => {
        const [grant, refresh_token] = chains.take();
        const fields = { grant_type: 'refresh_token', client_id: clientOf(grant), refresh_token };
        chains.put([grant, expect(200, await http.post(`${OAUTH}/token/`, fields)).refresh_token]);
      }),
    bearer: async (count) =>
      each(count, async () => {
        const authorization = `Bearer ${madeUp('sd_at_', TAG, token())}`;
        expect(200, await http.get('/public/v1/me/', { authorization }));
      }),
    introspect: async (count) =>
      each(count, async () => {
        const fields = { token: madeUp('sd_at_', TAG, token()) };
        const answer = expect(200, await http.post(`${OAUTH}/introspect/`, fields, { authorization: BASIC }));
        if (!answer.active) throw new Error('The token is not active.');
      }),
    apps: async (count) =>
      each(count, async () => {
        const apps = expect(200, await http.get(`${OAUTH}/apps/`, authorized(userOf(visited()))));
        if (apps.length !== 2) throw new Error(`${apps.length} apps instead of 2.`);
      }),
    disconnect: async (count) =>
      each(count, async () => {
        const grant = half + doomed();
        const path = `${OAUTH}/apps/${clientOf(grant)}/`;
        expect(204, await http.request('DELETE', path, authorized(userOf(grant))));
      }),
  };
}

/** Every number from 1 to `count` once, far from its neighbours, and then again: steps that share no factor with it. */
function scattered(count) {
  let step = Math.floor(count * 0.618);
  while (gcd(step, count) !== 1) step += 1;
  let at = 0;
  return () => {
    at = (at + step) % count;
    return at + 1;
  };
}

function gcd(a, b) {
  return b === 0 ? a : gcd(b, a % b);
}
