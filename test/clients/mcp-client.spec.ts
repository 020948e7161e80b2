import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  Client,
  IssuerMismatchError,
  OAuthError,
  RegistrationRejectedError,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  withOAuth,
} from '@modelcontextprotocol/client';
import { age } from '../support/age.js';
import { type ProtectedResource, startWithResource } from '../support/protected-resource.js';
import type { TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { StoredCredentials } from './stored-credentials.js';
import { type Decision, visit } from './visit.js';

const ACCESS_TOKEN_TTL = 3600;
const REFRESH_TOKEN_TTL = 7_776_000;

let app: TestApp;
let resource: ProtectedResource;
beforeAll(async () => {
  ({ app, resource } = await startWithResource());
});
afterAll(async () => {
  await app.close();
  await resource.close();
});

/** Connects with what the host has stored; the transport is needed to finish an authorization. */
function connect(host: StoredCredentials) {
  const transport = new StreamableHTTPClientTransport(new URL(resource.url), { authProvider: host });
  const client = new Client({ name: 'host', version: '1.0.0' });
  return { transport, client, connected: client.connect(transport) };
}

/** The user follows the newest authorization URL; the SDK checks `iss` of whatever comes back. */
async function authorize(
  host: StoredCredentials,
  transport: StreamableHTTPClientTransport,
  decision: Decision = {},
): Promise<void> {
  const answer = await visit(app, host.redirects.at(-1)!, decision);
  expect(answer.searchParams.get('state')).toBe(host.state());
  await transport.finishAuth(answer.searchParams);
}

/** Connects for the first time, by way of the user. */
async function signIn(host: StoredCredentials, decision: Decision = {}): Promise<void> {
  const { transport, connected } = connect(host);
  await expect(connected).rejects.toBeInstanceOf(UnauthorizedError);
  await authorize(host, transport, decision);
}

/** Connects and calls a tool; what the resource learned of the token by introspection. */
async function call(host: StoredCredentials, name = 'whoami'): Promise<Record<string, unknown>> {
  const { client, connected } = connect(host);
  await connected;
  const { content } = await client.callTool({ name });
  await client.close();
  return JSON.parse((content as { text: string }[])[0]!.text) as Record<string, unknown>;
}

describe('@modelcontextprotocol/client', () => {
  // The SDK says there why it throws credentials away.
  const warn = jest.spyOn(console, 'warn');
  beforeEach(() => {
    warn.mockReset().mockImplementation(() => undefined);
  });
  afterAll(() => warn.mockRestore());
  const warnings = () => warn.mock.calls.map(([text]) => /OAuth "([a-z_]+)"/.exec(String(text))?.[1]);

  it('[B16, B52] goes from a 401 to the consent page by itself (MCP authorization, RFC 9728 §5.1)', async () => {
    const host = new StoredCredentials({ client_name: 'First connection' });
    await signIn(host);
    expect(host.registrations).toMatchObject([
      { client_id: expect.stringMatching(/^sd_cl_/), issuer: app.url },
    ]);
    const { origin, pathname, searchParams } = host.redirects[0]!;
    expect(origin + pathname).toBe(`${app.url}/public/v1/oauth/authorize/`);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      code_challenge_method: 'S256',
      redirect_uri: host.redirectUrl,
      resource: resource.url,
      scope: 'profile:read',
    });
    expect(warnings()).toEqual([]);
  });

  it('[B3, B7] may send application_type, and learns why it is refused (RFC 7591 §3.2.2)', async () => {
    const host = new StoredCredentials({ redirect_uris: ['http://evil.example/callback'] });
    const refusal: unknown = await connect(host).connected.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RegistrationRejectedError);
    const { status, body, submittedMetadata } = refusal as RegistrationRejectedError;
    expect(submittedMetadata.application_type).toBe('web');
    expect([status, JSON.parse(body)]).toMatchObject([400, { error: 'invalid_redirect_uri' }]);
  });

  it.each(['none', 'client_secret_basic', 'client_secret_post'])(
    '[B6, B27, B37] connects, calls, refreshes once the token expired, authenticated with %s',
    async (method) => {
      const host = new StoredCredentials({ client_name: method, token_endpoint_auth_method: method });
      await signIn(host);
      const first = host.tokens()!;
      const clientId = host.clientInformation()!.client_id;
      expect(await call(host)).toMatchObject({ client_id: clientId, sub: 'user-1', scope: 'profile:read' });
      await age(app.database, clientId, ACCESS_TOKEN_TTL + 1);
      expect(await call(host)).toMatchObject({ client_id: clientId });
      expect(host.tokens()).not.toEqual(first);
      expect([host.redirects.length, host.registrations.length]).toEqual([1, 1]);
    },
  );

  it('[B20] refuses the answer without its iss, or with another (RFC 9207 §2.4)', async () => {
    const host = new StoredCredentials({ client_name: 'Mixed up' });
    const { transport, connected } = connect(host);
    await expect(connected).rejects.toBeInstanceOf(UnauthorizedError);
    const { searchParams: genuine } = await visit(app, host.redirects[0]!);
    expect(genuine.get('iss')).toBe(app.url);
    for (const iss of [`${app.url}/`, 'https://evil.example', undefined]) {
      const forged = new URLSearchParams(genuine);
      forged.delete('iss');
      if (iss) forged.set('iss', iss);
      await expect(transport.finishAuth(forged)).rejects.toBeInstanceOf(IssuerMismatchError);
    }
    await transport.finishAuth(genuine);
    expect(await call(host)).toMatchObject({ iss: app.url });
  });

  it('[B20, B21] believes a refusal, since that carries iss too (RFC 9207 §2)', async () => {
    const host = new StoredCredentials({ client_name: 'Denied' });
    const refusal: unknown = await signIn(host, { decision: 'deny' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OAuthError);
    expect(refusal).toMatchObject({ code: 'access_denied' });
  });

  it('[B19] gets a token for its resource and for no other (RFC 8707 §2, RFC 9700 §4.10.2)', async () => {
    const host = new StoredCredentials({ client_name: 'Audience' });
    await signIn(host);
    expect(await call(host)).toMatchObject({ aud: resource.url, iss: app.url });
    await age(app.database, host.clientInformation()!.client_id, ACCESS_TOKEN_TTL + 1);
    expect(await call(host)).toMatchObject({ aud: resource.url });
    const elsewhere = await new TestClient(app).me(host.tokens()!.access_token);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([401, 'invalid_token']);
  });

  it('[B31] registers again when its client is gone (RFC 6749 §5.2 invalid_client)', async () => {
    const host = new StoredCredentials({ client_name: 'Forgotten' });
    await signIn(host);
    const { client_id: id } = host.clientInformation()!;
    await age(app.database, id, ACCESS_TOKEN_TTL + 1);
    await app.database.query('UPDATE clients SET tombstoned_at = now() WHERE id = $1', [id]);
    await signIn(host);
    expect(warnings()).toEqual(['invalid_client']);
    expect(host.invalidated).toEqual(['client', 'tokens']);
    expect([host.redirects.length, host.registrations.length]).toEqual([2, 2]);
    expect(await call(host)).toMatchObject({ client_id: host.clientInformation()!.client_id });
  });

  it.each([
    ['[B45] was disconnected by the user', (id: string) => new TestClient(app).disconnect(id)],
    ['[B41] lay idle for too long', (id: string) => age(app.database, id, REFRESH_TOKEN_TTL + 1)],
  ])('%s: asks the user again (RFC 6749 §5.2 invalid_grant)', async (title, end) => {
    const host = new StoredCredentials({ client_name: title });
    await signIn(host);
    await end(host.clientInformation()!.client_id);
    await signIn(host);
    expect(warnings()).toEqual(['invalid_grant']);
    expect([host.redirects.length, host.registrations.length]).toEqual([2, 1]);
    expect(await call(host)).toMatchObject({ sub: 'user-1' });
  });

  it('[B49] asks for more when a call needs it (RFC 6750 §3.1, MCP step-up)', async () => {
    // It registers with the scope of the first challenge.
    const host = new StoredCredentials({ client_name: 'Steps up' });
    await signIn(host);
    const { transport, client, connected } = connect(host);
    await connected;
    await expect(client.callTool({ name: 'publish' })).rejects.toBeInstanceOf(UnauthorizedError);
    expect(host.redirects[1]!.searchParams.get('scope')).toBe('profile:read accounts:write');
    await authorize(host, transport);
    expect(await call(host, 'publish')).toMatchObject({ scope: 'profile:read accounts:write' });
  });

  it('[B46, B52] takes /public/v1/me for a protected resource of the same server (RFC 9728 §3.1)', async () => {
    const host = new StoredCredentials({ client_name: 'Calls me' });
    const url = `${app.url}/public/v1/me/`;
    const fetchWithOAuth = withOAuth(host, url)(fetch);
    await expect(fetchWithOAuth(url)).rejects.toBeInstanceOf(UnauthorizedError);
    expect(host.redirects[0]!.searchParams.get('resource')).toBe(url);
    expect(host.discoveryState()).toMatchObject({
      authorizationServerUrl: app.url,
      resourceMetadataUrl: `${app.url}/.well-known/oauth-protected-resource/public/v1/me/`,
    });
    await authorize(host, new StreamableHTTPClientTransport(new URL(url), { authProvider: host }));
    const answer = await fetchWithOAuth(url);
    expect(await answer.json()).toMatchObject({ client_id: host.clientInformation()!.client_id });
  });
});
