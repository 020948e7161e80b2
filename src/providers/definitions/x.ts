import type { ProviderDefinitionInput } from '../provider-definition.js';

const API = 'https://api.x.com/2';

/**
 * X, OAuth 2.0 with PKCE for confidential clients. Facts read 2026-11-21 in https://github.com/xdevplatform/docs:
 * fundamentals/authentication/oauth-2-0/authorization-code.mdx and user-access-token.mdx,
 * fundamentals/authentication/guides/v2-authentication-mapping.mdx, fundamentals/developer-apps.mdx
 */
export const x: ProviderDefinitionInput = {
  id: 'x',
  name: 'X',
  credentials: {
    clientId: 'OAuth 2.0 Client ID',
    clientSecret: 'OAuth 2.0 Client Secret',
    where: 'X developer console > your app > Keys and tokens > OAuth 2.0',
    mixUps: [
      { field: 'client_id', pattern: '^[A-Za-z0-9]{25}$', hint: 'An API Key is no OAuth 2.0 Client ID.' },
      { field: 'client_id', pattern: '^\\d+$', hint: 'The App ID is not the OAuth 2.0 Client ID.' },
    ],
  },
  setupHints: [
    'Set the type of app to "Web App, Automated App or Bot": others have no secret.',
    'X bills each call that reads a user ($0.010) and each post; the app needs credits.',
    'X does not come back here after "You weren\'t able to give access": check callback URI and type of app.',
  ],
  redirectUri: {
    httpHosts: ['127.0.0.1'],
    refusedHosts: ['localhost'],
    rule: 'use https or http://127.0.0.1.',
  },
  // GET /2/users/me needs tweet.read and users.read; without offline.access a connection lives 2 hours.
  scopes: {
    requested: ['tweet.write', 'media.write', 'users.read', 'offline.access', 'tweet.read'],
    required: ['tweet.read', 'users.read'],
  },
  clientAuth: 'basic',
  authorize: { url: 'https://x.com/i/oauth2/authorize' },
  token: { url: `${API}/oauth2/token` },
  // Access tokens live 2 hours. A refresh token used twice may end its whole family.
  refresh: { kind: 'rotating', ahead: 900 },
  identity: {
    request: { url: `${API}/users/me`, query: { 'user.fields': 'profile_image_url' }, auth: 'bearer' },
    id: 'data.id',
    username: 'data.username',
    displayName: 'data.name',
    avatarUrl: 'data.profile_image_url',
  },
  revoke: { method: 'POST', url: `${API}/oauth2/revoke`, form: { token: '{token}' }, auth: 'client' },
  probe: 'refresh_token',
  // X says invalid_request where RFC 6749 §5.2 has invalid_grant.
  errors: [
    { on: ['exchange'], text: 'redirect.?uri', means: 'redirect_uri_mismatch' },
    {
      on: ['exchange'],
      error: 'invalid_request',
      text: 'authorization code|code verifier',
      means: 'code_expired_or_used',
    },
    { on: ['refresh', 'revoke'], error: 'invalid_request', text: 'token was invalid', means: 'token_dead' },
  ],
};
