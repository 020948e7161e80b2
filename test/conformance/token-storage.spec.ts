import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { age } from '../support/age.js';
import { RESOURCE_SERVERS, startTestApp, type TestApp } from '../support/test-app.js';
import {
  basic,
  bearer,
  encode,
  REDIRECT_URI,
  s256,
  TestClient,
  type TestRegistration,
  VERIFIER,
} from '../support/test-client.js';

const OAUTH = '/public/v1/oauth';

let app: TestApp;
let client: TestClient;
let confidential: TestRegistration;
/** Every credential that was ever used, by what it is. */
const secrets = new Map<string, string>();
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off', LOG_LEVEL: 'trace' });
  client = new TestClient(app);
  await walk();
});
afterAll(() => app.close());

const keep = (what: string, secret: string) => {
  secrets.set(`${what} ${secrets.size}`, secret);
  return secret;
};

/** The whole flow, both ways through each step: what succeeds and what fails after it was looked up. */
async function walk(): Promise<void> {
  const metadata = { token_endpoint_auth_method: 'client_secret_post', client_uri: 'https://acme.example' };
  confidential = await client.register(metadata);
  keep('client secret', confidential.client_secret!);
  keep('operator secret', RESOURCE_SERVERS[0]!.secret);
  for (const registration of [await client.register(), confidential]) {
    const code_verifier = keep('verifier', `${VERIFIER}-${secrets.size}`);
    const code_challenge = s256(code_verifier);
    const denied = keep('request id', await client.startConsent(registration, { code_challenge }));
    await client.decide('deny', denied);
    const approved = keep('request id', await client.startConsent(registration, { code_challenge }));
    await client.show(approved);
    const { body } = await client.decide('approve', approved);
    await client.decide('approve', approved);
    const code = keep('code', new URL(body.redirect_to).searchParams.get('code')!);
    await client.exchange(registration, code);
    const { body: first } = await client.exchange(registration, code, { code_verifier });
    const { body: second } = await client.refresh(registration, first.refresh_token);
    for (const pair of [first, second]) {
      keep('access token', pair.access_token);
      keep(pair === second ? 'live refresh token' : 'refresh token', pair.refresh_token);
      await client.me(pair.access_token);
      await client.introspect(pair.access_token);
    }
    await client.revoke(registration, first.access_token);
    await age(app.database, registration.client_id, 61);
    if (registration === confidential) await client.refresh(registration, first.refresh_token);
    else await client.exchange(registration, code, { code_verifier });
  }
  keep('dashboard JWT', await client.jwt('user-1', { jti: 'only-here' }));
  await client.request(`${OAUTH}/apps/`, { headers: bearer([...secrets.values()].at(-1)!) });
}

/** Every row of every table as text; `bytea` shows as hexadecimal digits. */
async function everythingStored(): Promise<string> {
  const { rows: tables } = await app.database.query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
  );
  const dumps = tables.map(async ({ name }) => {
    const { rows } = await app.database.query<{ row: string }>(
      `SELECT to_jsonb(t)::text AS row FROM ${name} t`,
    );
    return rows.map(({ row }) => row).join('\n');
  });
  return (await Promise.all(dumps)).join('\n');
}

/** The forms in which a careless program could write a credential down. */
function formsOf(secret: string): string[] {
  const random = secret.replace(/^sd_[a-z]{2}_/, '');
  return [
    random,
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64url').slice(0, -2),
    Buffer.from(random, 'base64url').toString('hex'),
    Buffer.from(random, 'base64url').toString('base64').replace(/=+$/, ''),
    encodeURIComponent(random),
  ];
}

const found = (text: string) =>
  [...secrets]
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([what]) => what);

it('[B54] RFC 6819 §5.1.4.1.3: no table holds a token, code, secret, verifier or request id', async () => {
  expect(secrets.size).toBeGreaterThan(15);
  const stored = await everythingStored();
  expect(found(stored)).toEqual([]);
  // The search does look where credentials would be: their hashes and the public parts are there.
  expect(stored).toContain(s256([...secrets.values()].find((secret) => secret.startsWith(VERIFIER))!));
  expect(stored).toContain(confidential.client_id);
  expect(stored).toContain(REDIRECT_URI);
  for (const [what, secret] of secrets) {
    if (!/^(client secret|code|live refresh token|request id)/.test(what)) continue;
    expect(stored).toContain(createHash('sha256').update(secret).digest('hex'));
  }
});

/** What the server wrote until it had answered one last request. */
async function logsSoFar(): Promise<string> {
  const marker = `/marker-${secrets.size}-${app.logs.length}`;
  await client.request(marker);
  while (!app.logs.some((line) => line.includes(marker))) await once(app.process.stdout!, 'data');
  return app.logs.join('\n');
}

it('[B53] RFC 6819 §5.1.6: no log line holds a credential after the whole flow', async () => {
  const logs = await logsSoFar();
  for (const path of ['register', 'authorize', 'token', 'revoke', 'introspect', 'apps']) {
    expect(logs).toContain(`${OAUTH}/${path}`);
  }
  expect(logs).toContain('refresh_token.reused');
  expect(found(logs)).toEqual([]);
});

it('[B53] RFC 6819 §5.1.6: nor where credentials come in places that are not theirs', async () => {
  const prefixed = [...secrets.values()].filter((secret) => secret.startsWith('sd_'));
  for (const secret of secrets.values()) {
    const names = ['access_token', 'code', 'code_verifier', 'state', 'redirect_uri', 'client_id', 'x'];
    const query = encode(Object.fromEntries(names.map((name) => [name, secret])));
    for (const path of [
      '/public/v1/me/',
      `${OAUTH}/token/`,
      `${OAUTH}/authorize/`,
      '/nowhere',
      `${OAUTH}/apps/`,
    ]) {
      await client.request(`${path}?${query}`);
    }
    await client.post(`${OAUTH}/token/`, { grant_type: secret, client_id: secret });
    await client.post(`${OAUTH}/token/`, {
      grant_type: 'refresh_token',
      refresh_token: secret,
      client_id: secret,
    });
    await client.post(`${OAUTH}/revoke/`, { token: secret, [secret]: secret }, basic(secret, secret));
    await client.postJson(`${OAUTH}/register/`, {
      redirect_uris: [secret],
      scope: secret,
      grant_types: [secret],
    });
    await client.postJson(`${OAUTH}/token/`, `{"code":"${secret}"`);
    await client.request('/public/v1/me/', { headers: { authorization: secret, 'x-request-id': secret } });
    for (const scheme of ['Bearer', 'Basic', 'Token', 'DPoP']) {
      await client.request('/public/v1/me/', { headers: { authorization: `${scheme} ${secret}` } });
    }
  }
  for (const secret of prefixed) {
    const paths = [`/${secret}`, `/v1/${secret}/x`, `${OAUTH}/apps/${secret}`, `/.well-known/${secret}`];
    for (const path of [...paths, `${OAUTH}/authorize/requests/${secret}/`]) {
      await client.request(path, { headers: bearer(secret) });
      await client.request(path, { method: 'DELETE', headers: bearer(await client.jwt()) });
    }
  }
  const logs = await logsSoFar();
  expect(logs).toContain('sd_ac_[redacted]');
  expect(found(logs)).toEqual([]);
});

it('[B53] RFC 6819 §5.1.6: nor where the database fails in the middle of it', async () => {
  const { refresh_token, access_token } = await client.tokens(confidential);
  const code = await client.code(confidential);
  const request = await client.startConsent(confidential);
  for (const secret of [refresh_token, access_token, code, request]) keep('credential', secret);
  const tables = ['grants', 'authorization_codes', 'authorization_requests', 'access_tokens'];
  const rename = async (from: string, to: string) => {
    for (const table of tables)
      await app.database.query(`ALTER TABLE ${from}${table} RENAME TO ${to}${table}`);
  };
  await rename('', 'away_');
  const answers = [
    await client.exchange(confidential, code),
    await client.refresh(confidential, refresh_token),
    await client.revoke(confidential, refresh_token),
    await client.revoke(confidential, access_token),
    await client.introspect(access_token),
    await client.me(access_token),
    await client.show(request),
    await client.decide('approve', request),
    await client.disconnect(confidential.client_id),
  ];
  await rename('away_', '');
  for (const { status, text } of answers) {
    expect(status).toBe(500);
    expect(text).toContain('request_id');
    expect(text).not.toMatch(/sd_(at|rt|ac|cs|ar)_|relation|grants|tokens"|select/i);
  }
  const logs = await logsSoFar();
  expect(logs).toMatch(/relation .*(grants|tokens).* does not exist/);
  expect(found(logs)).toEqual([]);
  expect((await client.refresh(confidential, refresh_token)).status).toBe(200);
});
