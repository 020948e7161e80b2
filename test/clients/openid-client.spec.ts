import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as openid from 'openid-client';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { visit } from './visit.js';

const REDIRECT_URI = 'http://127.0.0.1:7001/callback';
const ON_LOOPBACK: openid.DiscoveryRequestOptions = {
  algorithm: 'oauth2',
  execute: [openid.allowInsecureRequests],
};

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Discovers the server and registers a client of its own. */
function register(
  name: string,
  metadata: Partial<openid.ClientMetadata> = {},
  authentication?: openid.ClientAuth,
): Promise<openid.Configuration> {
  return openid.dynamicClientRegistration(
    new URL(app.url),
    { client_name: name, redirect_uris: [REDIRECT_URI], ...metadata },
    authentication,
    ON_LOOPBACK,
  );
}

/** The part of a sign-in before the token endpoint: the answer in the browser, and what checks it. */
async function authorize(config: openid.Configuration, parameters: Record<string, string> = {}) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'profile:read',
    state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  return { callback: await visit(app, url), checks: { pkceCodeVerifier, expectedState } };
}

async function signIn(config: openid.Configuration, parameters: Record<string, string> = {}) {
  const { callback, checks } = await authorize(config, parameters);
  return openid.authorizationCodeGrant(config, callback, checks);
}

/** Calls /me. Refusals arrive as WWWAuthenticateChallengeError. */
const me = (config: openid.Configuration, accessToken: string) =>
  openid.fetchProtectedResource(config, accessToken, new URL('/public/v1/me/', app.url), 'GET');

describe('openid-client', () => {
  it('[B52] discovers by RFC 8414 §3 and finds everything it needs', async () => {
    const config = await openid.discovery(new URL(app.url), 'any', undefined, undefined, ON_LOOPBACK);
    const metadata = config.serverMetadata();
    expect(metadata.issuer).toBe(app.url);
    expect(metadata.supportsPKCE()).toBe(true);
    for (const name of ['authorization', 'token', 'registration', 'revocation', 'introspection'] as const) {
      expect(metadata[`${name}_endpoint`]).toMatch(new RegExp(`^${app.url}/public/v1/oauth/[a-z]+/$`));
    }
  });

  it('[B52] does not take the server for an OpenID provider (RFC 8414 §3, MCP discovery)', async () => {
    const oidc = { ...ON_LOOPBACK, algorithm: 'oidc' } as const;
    const discovery = openid.discovery(new URL(app.url), 'any', undefined, undefined, oidc);
    await expect(discovery).rejects.toMatchObject({ code: 'OAUTH_RESPONSE_IS_NOT_CONFORM' });
  });

  it('[B1, B7] registers a native app (RFC 7591 §3)', async () => {
    const config = await register('A native app', {
      application_type: 'native',
      'client_name#fr': 'Une app',
    });
    const { client_id: id, client_secret: secret, ...metadata } = config.clientMetadata();
    expect(id).toMatch(/^sd_cl_/);
    expect(secret).toBeUndefined();
    expect(metadata).toMatchObject({
      client_name: 'A native app',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    });
  });

  it('[B3] learns which redirect URI is refused (RFC 7591 §3.2.2)', async () => {
    const refused = register('Plain http', { redirect_uris: [REDIRECT_URI, 'http://evil.example/cb'] });
    await expect(refused).rejects.toMatchObject({
      name: 'ResponseBodyError',
      status: 400,
      error: 'invalid_redirect_uri',
      error_description: expect.stringContaining('http://evil.example/cb'),
    });
  });

  it('[B20, B27] signs in with PKCE, state and iss (RFC 6749 §4.1, RFC 7636, RFC 9207)', async () => {
    const config = await register('Signs in');
    const { callback, checks } = await authorize(config, { scope: 'profile:read apps:read' });
    expect(callback.searchParams.get('iss')).toBe(app.url);
    const tokens = await openid.authorizationCodeGrant(config, callback, checks);
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'profile:read apps:read' });
    expect(tokens.expiresIn()).toBeGreaterThan(3590);
    const answer = await me(config, tokens.access_token);
    expect(await answer.json()).toMatchObject({
      user_id: 'user-1',
      client_id: config.clientMetadata().client_id,
    });
  });

  it('[B20] refuses the answer without its iss, or with another (RFC 9207 §2.4)', async () => {
    const config = await register('Checks iss');
    const { callback, checks } = await authorize(config);
    const forged = new URL(callback);
    forged.searchParams.set('iss', 'https://evil.example');
    const missing = new URL(callback);
    missing.searchParams.delete('iss');
    for (const url of [forged, missing]) {
      const grant = openid.authorizationCodeGrant(config, url, checks);
      await expect(grant).rejects.toMatchObject({ code: 'OAUTH_INVALID_RESPONSE' });
    }
    await expect(openid.authorizationCodeGrant(config, callback, checks)).resolves.toBeDefined();
  });

  it('[B21] is told of a refusal by the user (RFC 6749 §4.1.2.1)', async () => {
    const config = await register('Is denied');
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      state: 'a state',
      code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    });
    const callback = await visit(app, url, { decision: 'deny' });
    await expect(
      openid.authorizationCodeGrant(config, callback, { expectedState: 'a state' }),
    ).rejects.toMatchObject({ name: 'AuthorizationResponseError', error: 'access_denied' });
  });

  it('[B37, B40] refreshes, and narrows for one access token (RFC 6749 §6)', async () => {
    const config = await register('Refreshes');
    const first = await signIn(config, { scope: 'profile:read apps:read' });
    const second = await openid.refreshTokenGrant(config, first.refresh_token!, { scope: 'apps:read' });
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.scope).toBe('apps:read');
    expect((await me(config, second.access_token)).status).toBe(200);
    const third = await openid.refreshTokenGrant(config, second.refresh_token!);
    expect(third.scope).toBe('profile:read apps:read');
  });

  it('[B43, B47] revokes, and reads the challenge of the dead token (RFC 7009, RFC 6750 §3.1)', async () => {
    const config = await register('Revokes');
    const tokens = await signIn(config);
    await openid.tokenRevocation(config, tokens.refresh_token!, { token_type_hint: 'refresh_token' });
    await expect(me(config, tokens.access_token)).rejects.toMatchObject({
      name: 'WWWAuthenticateChallengeError',
      status: 401,
      cause: [
        {
          scheme: 'bearer',
          parameters: {
            error: 'invalid_token',
            error_description: expect.any(String),
            resource_metadata: `${app.url}/.well-known/oauth-protected-resource/public/v1/me/`,
          },
        },
      ],
    });
    const again = openid.refreshTokenGrant(config, tokens.refresh_token!);
    await expect(again).rejects.toMatchObject({
      name: 'ResponseBodyError',
      status: 400,
      error: 'invalid_grant',
    });
  });

  it('[B49] reads which scope a call needs (RFC 6750 §3.1)', async () => {
    const config = await register('Lacks a scope');
    const { access_token: token } = await signIn(config);
    const list = openid.fetchProtectedResource(
      config,
      token,
      new URL('/public/v1/oauth/apps/', app.url),
      'GET',
    );
    await expect(list).rejects.toMatchObject({
      status: 403,
      cause: [{ scheme: 'bearer', parameters: { error: 'insufficient_scope', scope: 'apps:read' } }],
    });
  });

  it('[B34] gets invalid_grant for a code that was used (RFC 6749 §5.2)', async () => {
    const config = await register('Replays');
    const { callback, checks } = await authorize(config);
    await openid.authorizationCodeGrant(config, callback, checks);
    const replay = openid.authorizationCodeGrant(config, callback, checks);
    await expect(replay).rejects.toMatchObject({
      name: 'ResponseBodyError',
      status: 400,
      error: 'invalid_grant',
    });
  });

  it('[B31] gets invalid_client once its registration has ended (RFC 6749 §5.2)', async () => {
    const config = await register('Is forgotten');
    const { refresh_token: refreshToken } = await signIn(config);
    const { client_id: id } = config.clientMetadata();
    await app.database.query('UPDATE clients SET tombstoned_at = now() WHERE id = $1', [id]);
    await expect(openid.refreshTokenGrant(config, refreshToken!)).rejects.toMatchObject({
      name: 'ResponseBodyError',
      status: 401,
      error: 'invalid_client',
    });
  });
});

describe.each([
  ['client_secret_basic', openid.ClientSecretBasic()],
  ['client_secret_post', openid.ClientSecretPost()],
])('openid-client, confidential with %s', (method, authentication) => {
  it('[B6, B27, B43, B44] goes the whole way (RFC 6749 §2.3.1, RFC 7662)', async () => {
    const config = await register('Confidential', { token_endpoint_auth_method: method }, authentication);
    const { client_id: id, client_secret: secret } = config.clientMetadata();
    expect(secret).toMatch(/^sd_cs_/);
    const first = await signIn(config);
    const second = await openid.refreshTokenGrant(config, first.refresh_token!);
    const described = { active: true, client_id: id, sub: 'user-1', iss: app.url, aud: app.url };
    expect(await openid.tokenIntrospection(config, second.access_token)).toMatchObject({
      ...described,
      scope: 'profile:read',
      token_type: 'Bearer',
    });
    expect(await openid.tokenIntrospection(config, second.refresh_token!)).toMatchObject(described);
    await openid.tokenRevocation(config, second.refresh_token!);
    for (const token of [first.access_token, second.access_token, second.refresh_token!, 'garbage']) {
      expect(await openid.tokenIntrospection(config, token)).toEqual({ active: false });
    }
  });

  it('[B44] sees nothing of another client', async () => {
    const config = await register('Curious', { token_endpoint_auth_method: method }, authentication);
    const { access_token: foreign } = await signIn(await register('Somebody else'));
    expect(await openid.tokenIntrospection(config, foreign)).toEqual({ active: false });
  });

  it('[B31] learns that its secret is wrong (RFC 6749 §5.2)', async () => {
    const config = await register('Wrong secret', { token_endpoint_auth_method: method }, authentication);
    const { client_id: id } = config.clientMetadata();
    const impostor = await openid.discovery(new URL(app.url), id, 'wrong', authentication, ON_LOOPBACK);
    const asked = openid.refreshTokenGrant(impostor, 'sd_rt_unknown');
    // RFC 6749 §5.2 wants a challenge where Basic was tried; this client then reports the challenge.
    await expect(asked).rejects.toMatchObject(
      method === 'client_secret_basic'
        ? { name: 'WWWAuthenticateChallengeError', status: 401, cause: [{ scheme: 'basic' }] }
        : { name: 'ResponseBodyError', status: 401, error: 'invalid_client' },
    );
    const introspection = openid.tokenIntrospection(impostor, 'sd_at_unknown');
    await expect(introspection).rejects.toMatchObject({ status: 401 });
  });
});

it('[B44] a public openid-client may not introspect (RFC 7662 §2.1)', async () => {
  const config = await register('Public');
  const { access_token: token } = await signIn(config);
  await expect(openid.tokenIntrospection(config, token)).rejects.toMatchObject({
    status: 401,
    error: 'invalid_client',
  });
});
