import { createHmac } from 'node:crypto';
import { DASHBOARD_SECRET } from '../support/test-app.js';
import { nastyJson, nastyText } from './nasty-values.js';
import type { Random } from './random.js';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (input: string, secret = DASHBOARD_SECRET) =>
  createHmac('sha256', secret).update(input).digest('base64url');

/**
 * A JWT that is wrong in a few ways, or in none; most are signed with the right secret, so that their claims are read.
 *
 * @returns the compact serialisation (RFC 7519 §3), or what is left of it
 */
export function mutatedJwt(random: Random): string {
  const header: Record<string, unknown> = { alg: 'HS256', typ: 'JWT' };
  const claims: Record<string, unknown> = { sub: 'user-1', exp: 4_000_000_000, iat: 1_700_000_000 };
  if (random.chance(30)) {
    const name = random.pick(['alg', 'typ', 'kid', 'crit', 'jku', 'jwk', 'x5u', 'b64', 'zip', 'cty']);
    const value = random.pick(['none', 'RS256', 'hs256', 'ES256', 'HS512', ['exp'], nastyJson(random)]);
    header[name] = value;
  }
  if (random.chance(80)) {
    const name = random.pick(['sub', 'exp', 'nbf', 'iat', 'iss', 'aud', 'org_id', 'jti', nastyText(random)]);
    claims[name] = random.chance(15) ? undefined : nastyJson(random);
  }
  const body = random.chance(5) ? nastyJson(random) : claims;
  const input = `${part(header)}.${part(body) ?? ''}`;
  const whole = `${input}.${random.chance(85) ? sign(input) : sign(input, nastyText(random) || 'x')}`;
  if (random.chance(80)) return whole;
  const at = random.place(whole);
  return random.pick([
    whole.slice(0, at),
    `${whole.slice(0, at)}.${whole.slice(at)}`,
    whole.slice(0, at) + random.pick(['=', '+', '/', '.', '%', 'é', 'A']) + whole.slice(at + 1),
    `${input}.`,
    `${whole}.${whole}`,
  ]);
}
