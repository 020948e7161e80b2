import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { type Decision, visit } from './visit.js';

const REDIRECT_URI = 'http://[::1]:7002/callback';
const ON_LOOPBACK = { [oauth.allowInsecureRequests]: true };

let app: TestApp;
let server: oauth.AuthorizationServer;
beforeAll(async () => {
  app = await startTestApp();
  server = await discover(app.url);
});
afterAll(() => app.close());

async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const response = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oauth2', ...ON_LOOPBACK });
  return oauth.processDiscoveryResponse(new URL(issuer), response);
}

async function register(metadata: Partial<oauth.Client>): Promise<oauth.Client> {
  const whole = { redirect_uris: [REDIRECT_URI], ...metadata };
  const response = await oauth.dynamicClientRegistrationRequest(server, whole, ON_LOOPBACK);
  return oauth.processDynamicClientRegistrationResponse(response);
}

/** What comes back to the redirect URI, unchecked, and what checks it. */
async function authorize(client: oauth.Client, fields: Record<string, string> = {}, decision: Decision = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(server.authorization_endpoint!);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...fields,
  }).toString();
  return { answer: await visit(app, url, decision), state, verifier };
}

/** Redeems a code; every answer is checked by the library. */
async function redeem(
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  { answer, state, verifier }: Awaited<ReturnType<typeof authorize>>,
): Promise<oauth.TokenEndpointResponse> {
  const parameters = oauth.validateAuthResponse(server, client, answer, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    parameters,
    REDIRECT_URI,
    verifier,
    ON_LOOPBACK,
  );
  return oauth.processAuthorizationCodeResponse(server, client, response);
}

async function refresh(
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  token: string,
  fields: Record<string, string> = {},
): Promise<oauth.TokenEndpointResponse> {
  const options = { ...ON_LOOPBACK, additionalParameters: fields };
  const response = await oauth.refreshTokenGrantRequest(server, client, authentication, token, options);
  return oauth.processRefreshTokenResponse(server, client, response);
}

async function revoke(client: oauth.Client, authentication: oauth.ClientAuth, token: string): Promise<void> {
  const response = await oauth.revocationRequest(server, client, authentication, token, ON_LOOPBACK);
  await oauth.processRevocationResponse(response);
}

async function introspect(
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  token: string,
): Promise<oauth.IntrospectionResponse> {
  const response = await oauth.introspectionRequest(server, client, authentication, token, ON_LOOPBACK);
  return oauth.processIntrospectionResponse(server, client, response);
}

const me = (token: string, path = '/public/v1/me/') =>
  oauth.protectedResourceRequest(token, 'GET', new URL(path, app.url), undefined, undefined, ON_LOOPBACK);

describe('oauth4webapi, discovery', () => {
  it('[B52] the issuer is the one that was asked for (RFC 8414 §3.3)', () => {
    expect(server).toMatchObject({
      issuer: app.url,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });

  it('[B52] the path-inserted form is the same document, so its issuer fits no other (RFC 8414 §3.1)', async () => {
    const inserted = new URL('/public/v1/me', app.url);
    const ask = () => oauth.discoveryRequest(inserted, { algorithm: 'oauth2', ...ON_LOOPBACK });
    expect(await (await ask()).json()).toEqual(server);
    await expect(ask().then((got) => oauth.processDiscoveryResponse(inserted, got))).rejects.toMatchObject({
      code: oauth.JSON_ATTRIBUTE_COMPARISON,
    });
  });

  it.each(['/', '/public/v1/me/', '/public/v1/me', '/v1/accounts'])(
    '[B52] the resource of %s names this server (RFC 9728 §3.3)',
    async (path) => {
      const resource = new URL(path, app.url);
      const response = await oauth.resourceDiscoveryRequest(resource, ON_LOOPBACK);
      const metadata = await oauth.processResourceDiscoveryResponse(resource, response);
      expect(metadata.bearer_methods_supported).toEqual(['header']);
      expect(metadata.authorization_servers).toEqual([server.issuer]);
    },
  );

  it('[B46, B47] from a challenge to the server that issues tokens (RFC 9728 §5)', async () => {
    const challenges = await me('sd_at_unknown').then(
      () => [],
      (error: oauth.WWWAuthenticateChallengeError) => error.cause,
    );
    expect(challenges).toMatchObject([{ scheme: 'bearer', parameters: { error: 'invalid_token' } }]);
    const { origin, pathname } = new URL(challenges[0]!.parameters.resource_metadata!);
    const resource = new URL(origin + pathname.replace('/.well-known/oauth-protected-resource', ''));
    const response = await oauth.resourceDiscoveryRequest(resource, ON_LOOPBACK);
    const { authorization_servers: issuers } = await oauth.processResourceDiscoveryResponse(
      resource,
      response,
    );
    expect(await discover(issuers![0]!)).toEqual(server);
  });
});

describe('oauth4webapi, authorization responses', () => {
  let client: oauth.Client;
  beforeAll(async () => {
    client = await register({ client_name: 'Asks' });
  });

  it('[B14, B20] success has state and iss, each once, and a code (RFC 9207 §2)', async () => {
    const { answer, state } = await authorize(client);
    const parameters = oauth.validateAuthResponse(server, client, answer, state);
    expect([...parameters.keys()].toSorted()).toEqual(['code', 'iss', 'state']);
  });

  it.each([
    ['[B21] access_denied', {}, { decision: 'deny' }],
    ['[B17] invalid_scope', { scope: 'no:such' }, {}],
    ['[B19] invalid_target', { resource: 'https://elsewhere.example' }, {}],
    ['[B16] invalid_request', { code_challenge_method: 'plain' }, {}],
    ['[B15] unsupported_response_type', { response_type: 'token' }, {}],
    ['[B22] interaction_required', { prompt: 'none' }, {}],
    ['[B26] request_not_supported', { request: 'e30.e30.' }, {}],
  ] as const)(
    '%s has state and iss too (RFC 9207 §2, RFC 6749 §4.1.2.1)',
    async (title, fields, decision) => {
      const { answer, state } = await authorize(client, fields, decision);
      expect(answer.searchParams.getAll('iss')).toEqual([app.url]);
      let refusal: unknown;
      try {
        oauth.validateAuthResponse(server, client, answer, state);
      } catch (error) {
        refusal = error;
      }
      expect(refusal).toBeInstanceOf(oauth.AuthorizationResponseError);
      expect(refusal).toMatchObject({ error: title.split(' ')[1], error_description: expect.any(String) });
    },
  );

  it('[B20] an answer without state is one to a request without state (RFC 6749 §4.1.2)', async () => {
    const { answer } = await authorize(client, { state: '' });
    expect(() => oauth.validateAuthResponse(server, client, answer, oauth.expectNoState)).not.toThrow();
  });
});

describe.each([
  ['none', () => oauth.None()],
  [
    'client_secret_basic',
    ({ client_secret: secret }: oauth.Client) => oauth.ClientSecretBasic(secret as string),
  ],
  [
    'client_secret_post',
    ({ client_secret: secret }: oauth.Client) => oauth.ClientSecretPost(secret as string),
  ],
] as const)('oauth4webapi, authenticated with %s', (method, authenticate) => {
  let client: oauth.Client;
  let authentication: oauth.ClientAuth;
  const signIn = async (fields = {}) =>
    redeem(client, authentication, await authorize(client, { scope: 'profile:read apps:read', ...fields }));

  beforeAll(async () => {
    client = await register({ client_name: `Uses ${method}`, token_endpoint_auth_method: method });
    authentication = authenticate(client);
  });

  it('[B1, B6] is registered as it asked (RFC 7591 §3.2.1)', () => {
    expect(client).toMatchObject({ token_endpoint_auth_method: method, redirect_uris: [REDIRECT_URI] });
    expect(client.client_secret).toEqual(method === 'none' ? undefined : expect.stringMatching(/^sd_cs_/));
    expect(client.client_secret_expires_at).toBe(method === 'none' ? undefined : 0);
  });

  it('[B27, B37, B40] gets and refreshes tokens (RFC 6749 §5.1 and §6)', async () => {
    const first = await signIn();
    expect(first).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'profile:read apps:read' });
    const second = await refresh(client, authentication, first.refresh_token!, { scope: 'apps:read' });
    expect(second).toMatchObject({ token_type: 'bearer', scope: 'apps:read' });
    expect((await me(second.access_token, '/public/v1/oauth/apps/')).status).toBe(200);
    const beyond = refresh(client, authentication, second.refresh_token!, { scope: 'accounts:write' });
    await expect(beyond).rejects.toMatchObject({ status: 400, error: 'invalid_scope' });
  });

  it('[B33, B34] a wrong verifier spoils nothing, a second use everything (OAuth 2.1 §4.1.3)', async () => {
    const authorized = await authorize(client);
    const verifier = oauth.generateRandomCodeVerifier();
    const refused = { name: 'ResponseBodyError', status: 400, error: 'invalid_grant' };
    await expect(redeem(client, authentication, { ...authorized, verifier })).rejects.toMatchObject(refused);
    const tokens = await redeem(client, authentication, authorized);
    await expect(redeem(client, authentication, authorized)).rejects.toMatchObject(refused);
    const after = refresh(client, authentication, tokens.refresh_token!);
    await expect(after).rejects.toMatchObject(refused);
    await expect(me(tokens.access_token)).rejects.toMatchObject({ status: 401 });
  });

  it('[B43] revokes one sign-in and no other (RFC 7009 §2)', async () => {
    const [one, other] = [await signIn(), await signIn()];
    await revoke(client, authentication, one.refresh_token!);
    await revoke(client, authentication, one.refresh_token!);
    await revoke(client, authentication, 'garbage');
    await expect(me(one.access_token)).rejects.toMatchObject({ status: 401 });
    expect((await me(other.access_token)).status).toBe(200);
    await revoke(client, authentication, other.access_token);
    await expect(me(other.access_token)).rejects.toMatchObject({ status: 401 });
    await refresh(client, authentication, other.refresh_token!);
  });

  it('[B44] introspects its own tokens where it has a secret (RFC 7662 §2)', async () => {
    const { access_token: token, refresh_token: refreshToken } = await signIn({ resource: `${app.url}/v1/` });
    const asked = introspect(client, authentication, token);
    if (method === 'none') {
      await expect(asked).rejects.toMatchObject({ status: 401, error: 'invalid_client' });
      return;
    }
    expect(await asked).toMatchObject({ active: true, aud: `${app.url}/v1/`, client_id: client.client_id });
    expect(await introspect(client, authentication, refreshToken!)).toMatchObject({ active: true });
    await revoke(client, authentication, token);
    expect(await introspect(client, authentication, token)).toEqual({ active: false });
  });

  it('[B31] is invalid_client once forgotten (RFC 6749 §5.2)', async () => {
    const { refresh_token: token } = await signIn();
    const { client_id: id } = client;
    await app.database.query('UPDATE clients SET tombstoned_at = now() WHERE id = $1', [id]);
    await expect(refresh(client, authentication, token!)).rejects.toMatchObject(
      method === 'client_secret_basic'
        ? { status: 401, cause: [{ scheme: 'basic' }] }
        : { status: 401, error: 'invalid_client' },
    );
  });
});

it('[B2, B5] oauth4webapi reads why a registration is refused (RFC 7591 §3.2.2)', async () => {
  const none = register({ client_name: 'Nowhere', redirect_uris: [] });
  await expect(none).rejects.toMatchObject({ status: 400, error: 'invalid_redirect_uri' });
  const implicit = register({ client_name: 'Old', grant_types: ['implicit'], response_types: ['token'] });
  await expect(implicit).rejects.toMatchObject({ status: 400, error: 'invalid_client_metadata' });
});
