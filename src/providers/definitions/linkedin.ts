import type { ProviderDefinitionInput } from '../provider-definition.js';

const OAUTH = 'https://www.linkedin.com/oauth/v2';
const TOKEN = { token: '{access_token}' };

/**
 * LinkedIn, three-legged OAuth. Facts read 2026-11-21:
 * https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
 * https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
 * https://learn.microsoft.com/en-us/linkedin/shared/authentication/token-introspection
 * https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-access-control-by-role
 */
export const linkedin: ProviderDefinitionInput = {
  id: 'linkedin',
  name: 'LinkedIn',
  // The LinkedIn-Version header; a version lives about a year.
  apiVersion: '202606',
  credentials: {
    clientId: 'Client ID',
    clientSecret: 'Primary Client Secret',
    where: 'LinkedIn Developers > My apps > your app > Auth',
    mixUps: [
      {
        field: 'client_id',
        pattern: '^\\d+$',
        hint: "The app's number is not its Client ID: see the Auth tab.",
      },
    ],
  },
  setupHints: [
    'Add the products "Sign In with LinkedIn using OpenID Connect" and "Share on LinkedIn"; both are self-serve.',
    'Organisations need the Community Management API: before LinkedIn approved it, asking fails every consent.',
    'Changing the scopes of an app ends the tokens that its members gave before.',
  ],
  redirectUri: { httpHosts: ['localhost', '127.0.0.1'], rule: 'use https, or http on localhost.' },
  scopes: { requested: ['openid', 'profile', 'w_member_social'], required: ['openid', 'profile'] },
  options: {
    organisations: {
      kind: 'switch',
      label: 'Post as organisations (needs the Community Management API)',
      default: false,
      scopes: ['w_organization_social', 'r_organization_admin'],
    },
  },
  // Sending a challenge fails: LinkedIn enables PKCE for native apps one by one.
  pkce: 'none',
  authorize: { url: `${OAUTH}/authorization` },
  token: { url: `${OAUTH}/accessToken`, fields: { refreshExpiresIn: 'refresh_token_expires_in' } },
  // Only approved partners get a refresh token; its own end never moves.
  refresh: { kind: 'reusable', ahead: 7 * 86_400 },
  identity: {
    request: { url: 'https://api.linkedin.com/v2/userinfo', auth: 'bearer' },
    id: 'sub',
    idPrefix: 'urn:li:person:',
    displayName: 'name',
    avatarUrl: 'picture',
  },
  choices: {
    hook: 'linkedin-organisations',
    option: 'organisations',
    baseUrl: 'https://api.linkedin.com/rest',
    headers: { 'LinkedIn-Version': '{version}', 'X-Restli-Protocol-Version': '2.0.0' },
    nothingShown: 'LinkedIn showed neither the member nor an organisation.',
  },
  inspect: {
    request: { method: 'POST', url: `${OAUTH}/introspectToken`, form: TOKEN, auth: 'client' },
    alive: 'active',
    expiresAt: 'expires_at',
    clientId: 'client_id',
  },
  // Seen in public code only; no page describes it.
  revoke: { method: 'POST', url: `${OAUTH}/revoke`, form: TOKEN, auth: 'client' },
  probe: 'refresh_token',
  // LinkedIn says invalid_request where RFC 6749 §5.2 has invalid_grant.
  errors: [
    { on: ['callback'], error: 'user_cancelled_(login|authorize)', means: 'user_denied' },
    { error: 'unauthorized_scope_error', means: 'scope_not_allowed' },
    { error: 'invalid_redirect_uri', means: 'redirect_uri_mismatch', hint: 'Or this sign-in took too long.' },
    { on: ['exchange'], error: 'invalid_request', text: 'expired or revoked', means: 'code_expired_or_used' },
    { on: ['refresh', 'revoke'], error: 'invalid_request', text: 'expired or revoked', means: 'token_dead' },
  ],
};
