import type { SandboxApp } from '../../sandbox/apps.js';
import {
  type Answer,
  bearerOf,
  type Call,
  refusalPage,
  type SandboxProvider,
} from '../../sandbox/protocol.js';
import type { Grant, World } from '../../sandbox/world.js';

/** A sixth provider that nobody wrote code for: plain RFC 6749 with PKCE, known by the JSON below alone. */
export const ACME_DEFINITION = {
  id: 'acme',
  name: 'Acme',
  credentials: { clientId: 'Key', clientSecret: 'Secret', where: 'acme.example > Apps' },
  scopes: { requested: ['read', 'write'], required: ['read'] },
  authorize: { url: 'https://acme.example/authorize' },
  token: { url: 'https://api.acme.example/token' },
  refresh: { kind: 'rotating', ahead: 300 },
  identity: {
    request: { url: 'https://api.acme.example/user', auth: 'bearer' },
    id: 'user.number',
    displayName: 'user.name',
  },
  revoke: {
    method: 'POST',
    url: 'https://api.acme.example/revoke',
    form: { token: '{token}' },
    auth: 'client',
  },
  probe: 'refresh_token',
};

export const ACME_APP: SandboxApp = {
  provider: 'acme',
  clientId: 'acme-app',
  clientSecret: 'acme-secret-of-the-test',
  redirectUris: ['https://connect.example.com/v1/oauth/acme/callback'],
};

/** The other side of it. */
export const acme: SandboxProvider = {
  id: 'acme',
  authorize: { host: 'acme.example', path: /^\/authorize$/ },
  consent: {
    check: ({ query }, world) => {
      const app = world.findApp('acme', query.get('client_id'));
      const redirectUri = query.get('redirect_uri') ?? '';
      const challenge = query.get('code_challenge') ?? '';
      if (!app?.redirectUris.includes(redirectUri) || !challenge) return refusalPage('No');
      return {
        clientId: app.clientId,
        redirectUri,
        challenge,
        scopes: (query.get('scope') ?? '').split(' '),
      };
    },
    codeSeconds: 60,
    denied: { error: 'access_denied' },
  },
  routes: [
    {
      method: 'POST',
      host: 'api.acme.example',
      path: /^\/token$/,
      step: ({ form }) => (form.get('grant_type') === 'refresh_token' ? 'refresh' : 'token'),
      answer: token,
    },
    {
      method: 'POST',
      host: 'api.acme.example',
      path: /^\/revoke$/,
      step: 'revoke',
      answer: ({ form }, world) => {
        const token = world.live(form.get('token'), 'access', 'refresh');
        if (token) world.revoke(token.grant);
        return {};
      },
    },
    {
      method: 'GET',
      host: 'api.acme.example',
      path: /^\/user$/,
      step: 'identity',
      answer: (call, world) => {
        const token = world.live(bearerOf(call), 'access');
        if (!token) return { status: 401, body: { error: 'invalid_token' } };
        return { body: { user: { number: 42, name: token.grant.person.name } } };
      },
    },
  ],
};

function token({ form }: Call, world: World): Answer {
  const app = world.findApp('acme', form.get('client_id'), form.get('client_secret'));
  if (!app) return { status: 401, body: { error: 'invalid_client' } };
  const isRefresh = form.get('grant_type') === 'refresh_token';
  const grant = isRefresh ? world.rotate(form.get('refresh_token'), app) : world.redeemCode(form, app);
  if (!grant || typeof grant === 'string') return { status: 400, body: { error: 'invalid_grant' } };
  return { body: reply(grant, world) };
}

function reply(grant: Grant, world: World) {
  return {
    access_token: world.issue('access', grant, 'acme-', 600),
    token_type: 'Bearer',
    expires_in: '600',
    refresh_token: world.issue('refresh', grant, 'acme-'),
  };
}
