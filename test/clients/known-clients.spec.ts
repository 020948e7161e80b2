import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient, type TestRegistration } from '../support/test-client.js';

/** What Cursor registers at once (TanStack/tanstack.com#667, supabase/auth#2302). */
const CURSOR = {
  client_name: 'Cursor',
  redirect_uris: [
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'https://www.cursor.com/agents/mcp/oauth/callback',
    'http://localhost:8787/callback',
  ],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

/** What Claude Code publishes; it then listens on a port of the moment (anthropics/claude-code#90370). */
const CLAUDE_CODE = {
  ...CURSOR,
  client_name: 'Claude Code',
  redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
};

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  client = new TestClient(app);
});
afterAll(() => app.close());

async function register(metadata: { redirect_uris: string[] }): Promise<TestRegistration> {
  const { status, body } = await client.sendRegistration(metadata);
  expect([status, body]).toMatchObject([201, metadata]);
  return body as TestRegistration;
}

/** Whether the flow ends at a redirect URI with a code that is good for tokens. */
async function expectFlow(registration: TestRegistration, redirectUri: string): Promise<void> {
  const requestId = await client.startConsent(registration, { redirect_uri: redirectUri });
  const { body: decided } = await client.decide('approve', requestId);
  const [address, query] = (decided.redirect_to as string).split('?');
  expect(address).toBe(redirectUri);
  const code = new URLSearchParams(query).get('code')!;
  const { status } = await client.exchange(registration, code, { redirect_uri: redirectUri });
  expect(status).toBe(200);
}

describe('Cursor', () => {
  it.each(CURSOR.redirect_uris)(
    '[B4] registers three redirect URIs and uses %s (RFC 8252 §7)',
    async (uri) => {
      await expectFlow(await register(CURSOR), uri);
    },
  );
});

describe('Claude Code', () => {
  it.each([
    'http://localhost:54212/callback',
    'http://127.0.0.1:49152/callback',
    'http://localhost/callback',
  ])('[B14] registers without a port and uses %s (RFC 8252 §7.3)', async (uri) => {
    await expectFlow(await register(CLAUDE_CODE), uri);
  });

  it.each([
    'http://localhost:54212/other',
    'http://[::1]:54212/callback',
    'https://localhost:54212/callback',
  ])('[B13, B14] does not get a code sent to %s', async (uri) => {
    const { status, headers } = await client.authorize(await register(CLAUDE_CODE), { redirect_uri: uri });
    expect([status, headers.get('location')]).toEqual([400, null]);
  });

  it('[B43] signs in anew, then revokes its old pair, and stays signed in (PostHog/posthog#86993)', async () => {
    const registration = await register(CLAUDE_CODE);
    const fields = { redirect_uri: 'http://localhost:54212/callback' };
    const signIn = async () =>
      (await client.exchange(registration, await client.code(registration, fields), fields)).body;
    const before = await signIn();
    const after = await signIn();
    await client.revoke(registration, before.refresh_token);
    await client.revoke(registration, before.access_token);
    expect((await client.me(before.access_token)).status).toBe(401);
    expect((await client.me(after.access_token)).status).toBe(200);
    expect((await client.refresh(registration, after.refresh_token)).status).toBe(200);
  });
});
