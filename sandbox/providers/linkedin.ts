import type { SandboxApp } from '../apps.js';
import { type Answer, bearerOf, type Call, refusalPage, type SandboxProvider } from '../protocol.js';
import type { Grant, Token, World } from '../world.js';
import { forbidden, organisationAcls, organisations, revoked } from './linkedin-organisations.js';

const AUTH = 'www.linkedin.com';
const API = 'api.linkedin.com';
const ACCESS = 60 * 86_400;
const REFRESH = 365 * 86_400;

/**
 * LinkedIn: no token_type, tokens of some 500 characters, refresh tokens for partners alone and with an end that
 * stays, refusals as invalid_request, and another scope set ends every earlier consent.
 */
export const linkedin: SandboxProvider = {
  id: 'linkedin',
  authorize: { host: AUTH, path: /^\/oauth\/v2\/authorization$/ },
  consent: {
    check: ({ query }, world) => {
      const app = world.findApp('linkedin', query.get('client_id'));
      if (!app) return refusalPage('The passed in client_id is invalid');
      const redirectUri = query.get('redirect_uri') ?? '';
      if (!app.redirectUris.includes(redirectUri)) {
        return refusalPage('The redirect_uri does not match the registered value');
      }
      if (query.has('code_challenge'))
        return refusalPage('Not enough permissions for the native PKCE protocol');
      const scopes = (query.get('scope') ?? '').split(' ');
      const unknown = scopes.find((scope) => app.scopes && !app.scopes.includes(scope));
      if (unknown !== undefined) return backWithScopeError(redirectUri, query.get('state'), unknown);
      return { clientId: app.clientId, redirectUri, scopes };
    },
    codeSeconds: 1800,
    denied: {
      error: 'user_cancelled_authorize',
      error_description: 'The user cancelled the authorization request',
    },
  },
  routes: [
    {
      method: 'POST',
      host: AUTH,
      path: /^\/oauth\/v2\/accessToken$/,
      step: ({ form }) => (form.get('grant_type') === 'refresh_token' ? 'refresh' : 'token'),
      answer: token,
    },
    {
      method: 'POST',
      host: AUTH,
      path: /^\/oauth\/v2\/introspectToken$/,
      step: 'inspect',
      answer: introspect,
    },
    {
      method: 'POST',
      host: AUTH,
      path: /^\/oauth\/v2\/revoke$/,
      step: 'revoke',
      answer: ({ form }, world) => {
        const app = authenticate(form, world);
        if (!app) return invalidClient();
        const token = world.live(form.get('token'), 'access');
        if (token?.grant.app !== app)
          return refuse('invalid_request', 'The provided token is invalid, expired or revoked');
        world.revoke(token.grant);
        return {};
      },
    },
    { method: 'GET', host: API, path: /^\/v2\/userinfo$/, step: 'identity', answer: userInfo },
    {
      method: 'GET',
      host: API,
      path: /^\/rest\/organizationAcls$/,
      step: 'choices',
      answer: organisationAcls,
    },
    { method: 'GET', host: API, path: /^\/rest\/organizations$/, step: 'choices', answer: organisations },
  ],
};

function token({ form }: Call, world: World): Answer {
  const app = authenticate(form, world);
  if (!app) return invalidClient();
  if (form.get('grant_type') === 'refresh_token') {
    const refresh = world.live(form.get('refresh_token'), 'refresh');
    if (refresh?.grant.app !== app) return dead();
    world.countRedemption(refresh.value);
    return issue(refresh.grant, world, refresh);
  }
  const grant = form.has('code_verifier') ? 'verifier' : world.redeemCode(form, app);
  if (grant === 'redirect' || grant === 'expired' || grant === 'verifier') {
    return refuse(
      'invalid_redirect_uri',
      'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists',
    );
  }
  if (typeof grant === 'string') return dead();
  for (const earlier of world.grants()) {
    const same = earlier.app === app && earlier.person === grant.person;
    if (same && [...earlier.scopes].sort().join() !== [...grant.scopes].sort().join()) world.end(earlier);
  }
  return issue(grant, world);
}

function issue(grant: Grant, world: World, refresh?: Token): Answer {
  const refreshToken =
    grant.app.partner && (refresh?.value ?? world.issue('refresh', grant, 'AQX', REFRESH, 360));
  const refreshEnd = refreshToken && world.tokens.get(refreshToken)!.expiresAt! - world.now();
  return {
    body: {
      access_token: world.issue('access', grant, 'AQV', ACCESS, 360),
      expires_in: ACCESS,
      scope: grant.scopes.join(','),
      ...(refreshToken && { refresh_token: refreshToken, refresh_token_expires_in: refreshEnd }),
    },
  };
}

function introspect({ form }: Call, world: World): Answer {
  const app = authenticate(form, world);
  if (!app) return invalidClient();
  const token = world.live(form.get('token'), 'access');
  if (token?.grant.app !== app) return { body: { active: false, status: 'revoked' } };
  return {
    body: {
      active: true,
      status: 'active',
      client_id: app.clientId,
      scope: token.grant.scopes.join(','),
      created_at: token.issuedAt,
      authorized_at: token.issuedAt,
      expires_at: token.expiresAt,
      auth_type: '3L',
    },
  };
}

function userInfo(call: Call, world: World): Answer {
  const token = world.live(bearerOf(call), 'access');
  if (!token) return revoked();
  const { person, scopes } = token.grant;
  if (!scopes.includes('openid') || !scopes.includes('profile')) return forbidden('userinfo.GET');
  const picture = `https://media.licdn.com/dms/image/${person.id}`;
  return {
    body: {
      sub: person.accountIds.linkedin,
      name: person.name,
      given_name: person.name.split(' ')[0],
      picture,
    },
  };
}

function authenticate(form: URLSearchParams, world: World): SandboxApp | undefined {
  return world.findApp('linkedin', form.get('client_id'), form.get('client_secret'));
}

function backWithScopeError(redirectUri: string, state: string | null, scope: string): Answer {
  const url = new URL(redirectUri);
  url.searchParams.set('error', 'unauthorized_scope_error');
  url.searchParams.set('error_description', `Scope "${scope}" is not authorized for your application`);
  if (state !== null) url.searchParams.set('state', state);
  return { status: 302, headers: { Location: url.href } };
}

function dead(): Answer {
  return refuse(
    'invalid_request',
    'The provided authorization grant or refresh token is invalid, expired or revoked.',
  );
}

function invalidClient(): Answer {
  return {
    status: 401,
    body: { error: 'invalid_client', error_description: 'Client authentication failed' },
  };
}

function refuse(error: string, error_description: string): Answer {
  return { status: 400, body: { error, error_description } };
}
