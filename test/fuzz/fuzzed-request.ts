import { bearer } from '../support/test-client.js';
import type { Operation } from '../conformance/open-api-walk.js';
import { type Living, rightMembers } from './fuzz-stage.js';
import { escapeLoosely, type Members, mutatedBody } from './mutate-body.js';
import { mutatedJwt } from './mutate-jwt.js';
import { nastyJson, nastyText, nastyUri } from './nasty-values.js';
import type { Random } from './random.js';

/** A request as it goes out; all of it can be repeated from its seed. */
export interface FuzzedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | undefined;
}

/** What HTTP lets a client put into a header, and into a request target. */
const NO_HEADER = /[^\t\x20-\x7e\x80-\xff]/g;
const NO_TARGET = /[^\x21-\xff]/g;

const ACCEPTS = [
  '*/*',
  'application/json',
  'text/html,*/*;q=0.8',
  'text/html;q=a',
  ',',
  'application/problem+json',
  'text/*;q=0, */*;q=0',
];
const HEADERS = [
  'host',
  'origin',
  'cookie',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'content-encoding',
  'accept-encoding',
  'if-none-match',
  'range',
  'traceparent',
  'user-agent',
  'x-http-method-override',
  'expect-ct',
  'access-control-request-method',
  'mcp-protocol-version',
  'accept-language',
  'te',
];

/**
 * An input for an operation: right in most of its parts, wrong in a few.
 *
 * @param operation as the OpenAPI document has it
 * @param living what works
 */
export function fuzzedRequest(random: Random, operation: Operation, living: Living): FuzzedRequest {
  const name = `${operation.method} ${operation.path}`;
  const members = rightMembers(name, living);
  const sendsBody = operation.method === 'POST' || operation.method === 'PATCH' || random.chance(4);
  const form = operation.path.startsWith('/public/v1/oauth/');
  const { type, bytes } = mutatedBody(random, members, form);
  const target =
    pathFor(random, operation.path, living) + (sendsBody && random.chance(85) ? '' : query(random, members));
  return {
    method: random.chance(2)
      ? random.pick(['HEAD', 'PUT', 'OPTIONS', 'DELETE', 'TRACE', 'PURGE'])
      : operation.method,
    target: target.replace(NO_TARGET, '%20'),
    headers: {
      accept: random.pick(ACCEPTS),
      ...credentials(random, operation, living),
      ...(sendsBody && type !== undefined && { 'content-type': type }),
      ...oddHeaders(random, living),
    },
    body: sendsBody ? bytes : undefined,
  };
}

function pathFor(random: Random, path: string, living: Living): string {
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    if (random.chance(30)) return escapeLoosely(random, nastyText(random).slice(0, 3_000));
    if (name === 'provider') return random.pick(['x', 'instagram', 'facebook', 'linkedin', 'tiktok']);
    if (name === 'request_id') return living.requestId;
    if (name === 'app_id') return living.client.client_id;
    return path.includes('oauth-apps') ? living.oauthApp : living.account;
  });
  if (random.chance(95)) return random.chance(50) ? filled : `${filled}/`;
  const at = random.place(filled);
  return `/${filled.slice(1, at)}${random.pick(['//', '/./', '%2f', '\\', ';', '?', '#', '%', '%ff', 'ü'])}${filled.slice(at)}`;
}

function query(random: Random, members: Members): string {
  const pairs = Object.entries(members).flatMap(([name, right]) => {
    if (random.chance(10)) return [];
    const wrong = /uri|url|resource/.test(name) ? nastyUri : nastyText;
    const text = random.chance(25) ? wrong(random).slice(0, 9_000) : String(right);
    const pair = `${escapeLoosely(random, name)}=${escapeLoosely(random, text)}`;
    return random.chance(3) ? [pair, pair] : [pair];
  });
  if (random.chance(10)) pairs.push(escapeLoosely(random, nastyText(random).slice(0, 2_000)));
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function credentials(
  random: Random,
  { access }: Operation,
  { credentials: good }: Living,
): Record<string, string> {
  const scheme = random.pick(access);
  if (scheme === 'dashboard' && random.chance(25)) return bearer(mutatedJwt(random));
  if (random.chance(75)) return good[scheme] ?? {};
  const value = random.pick([
    () => `Basic ${Buffer.from(nastyText(random)).toString('base64')}`,
    () => `Basic ${Buffer.from(`all-seeing:${nastyText(random)}`, 'latin1').toString('base64')}`,
    () => `Basic ${nastyText(random)}`,
    () => `Bearer ${nastyText(random)}`,
    () => `bearer sd_at_${random.bytes(32).toString('base64url')}`,
    () => `Bearer ${mutatedJwt(random)}`,
    () => `${nastyText(random)} ${nastyText(random)}`,
    () => Object.values(random.pick(Object.values(good)))[0]!,
    () => '',
  ])();
  return { authorization: headerValue(value) };
}

function oddHeaders(random: Random, { cookie }: Living): Record<string, string | string[]> {
  const odd: Record<string, string | string[]> = random.chance(10) ? { cookie } : {};
  while (random.chance(25)) {
    const name = random.pick(HEADERS);
    const value = headerValue(random.chance(30) ? nastyUri(random) : String(nastyJson(random, 0)));
    odd[name] = random.chance(5) && name === 'cookie' ? [value, value] : value;
  }
  return odd;
}

const headerValue = (text: string) => text.replace(NO_HEADER, '?').slice(0, 9_000);
