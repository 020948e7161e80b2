import { Owner } from '../out/account-calls.js';
import { openOutStage } from '../out/traveller.js';
import {
  basic,
  bearer,
  REDIRECT_URI,
  s256,
  type TestRegistration,
  VERIFIER,
} from '../support/test-client.js';
import type { TestApp } from '../support/test-app.js';

/**
 * The server may not keep more than this, in MB of JavaScript: whatever it kept of each request of a long run would soon
 * end it.
 */
const HEAP_MB = 160;

const EVERY_SCOPE = 'profile:read accounts:read accounts:write apps:read apps:write';

/** Ids and credentials that work, so that inputs reach beyond the first check. */
export interface Living {
  readonly client: TestRegistration;
  readonly code: string;
  readonly refreshToken: string;
  readonly requestId: string;
  readonly oauthApp: string;
  readonly account: string;
  readonly state: string;
  readonly cookie: string;
  /** Headers by the name of the security scheme in the OpenAPI document. */
  readonly credentials: Readonly<Record<string, Record<string, string>>>;
}

/** A server with the sandbox for its providers, under fire. */
export interface FuzzStage {
  readonly app: TestApp;
  /** Makes everything anew: inputs use it up. */
  bringToLife(): Promise<Living>;
  close(): Promise<void>;
}

/** Starts it. */
export async function openFuzzStage(): Promise<FuzzStage> {
  const stage = await openOutStage({ RATE_LIMITS: 'off', NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` });
  return { app: stage.app, bringToLife: () => bringToLife(new Owner(stage)), close: () => stage.close() };
}

async function bringToLife(owner: Owner): Promise<Living> {
  const { client: app } = owner;
  const client = await app.register();
  const { access_token } = await app.tokens(client, { scope: EVERY_SCOPE });
  const { refresh_token: refreshToken } = await app.tokens(client);
  const account = await owner.connect('x');
  const { state, cookie } = await owner.depart('x');
  return {
    client,
    code: await app.code(client),
    refreshToken,
    requestId: await app.startConsent(client),
    oauthApp: (await owner.apps.list('?provider=x')).body[0]!.id as string,
    account,
    state,
    cookie,
    credentials: {
      dashboard: await owner.credentials(),
      accessToken: bearer(access_token),
      resourceServer: basic('all-seeing', 'all-seeing-secret'),
    },
  };
}

/**
 * What would be right for an operation.
 *
 * @param operation `POST /public/v1/oauth/token`
 * @returns members of its body, or of its query where it has no body
 */
export function rightMembers(operation: string, living: Living): Record<string, unknown> {
  const { client, code, refreshToken, state } = living;
  const client_id = client.client_id;
  switch (operation) {
    case 'POST /public/v1/oauth/register':
      return {
        redirect_uris: ['http://127.0.0.1/callback', 'com.example.app:/cb'],
        client_name: 'Fuzz',
        client_uri: 'https://app.example.com/',
        logo_uri: 'https://app.example.com/logo.png',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        scope: 'profile:read',
      };
    case 'GET /public/v1/oauth/authorize':
    case 'POST /public/v1/oauth/authorize':
      return {
        response_type: 'code',
        client_id,
        redirect_uri: REDIRECT_URI,
        code_challenge: s256(VERIFIER),
        code_challenge_method: 'S256',
        scope: 'profile:read',
        state: 'xyz',
        resource: '',
        prompt: 'login',
      };
    case 'POST /public/v1/oauth/token': {
      const redirect_uri = REDIRECT_URI;
      return {
        grant_type: 'authorization_code',
        client_id,
        code,
        code_verifier: VERIFIER,
        redirect_uri,
        refresh_token: refreshToken,
        scope: 'profile:read',
      };
    }
    case 'POST /public/v1/oauth/revoke':
      return { token: refreshToken, token_type_hint: 'refresh_token', client_id };
    case 'POST /public/v1/oauth/introspect':
      return {
        token: living.credentials.accessToken!.authorization!.slice(7),
        token_type_hint: 'access_token',
      };
    case 'POST /v1/subjects/revoke':
      return { user_id: 'nobody', workspace_id: 'org:nowhere' };
    case 'POST /v1/oauth-apps':
      return {
        provider: 'x',
        name: 'Fuzz',
        client_id: 'an-id',
        client_secret: 'a-secret-of-fuzz',
        options: {},
      };
    case 'GET /v1/oauth/{provider}/callback':
      return { state, code: 'x', error: '' };
    case 'GET /v1/oauth/{provider}/start':
      return { oauth_app_id: living.oauthApp, return_url: '', account_id: living.account };
    case 'GET /v1/accounts':
      return { limit: '10', cursor: '', provider: 'x', status: 'active', workspace_id: 'org:acme' };
    case 'GET /v1/audit-events':
      return {
        workspace_id: 'org:acme',
        event: 'client.registered',
        since: '2026-01-01T00:00:00Z',
        until: '2036-01-01T00:00:00Z',
        limit: '10',
        cursor: '',
      };
    case 'GET /v1/oauth-apps':
      return { provider: 'x' };
    default:
      return { id: 'x' };
  }
}
