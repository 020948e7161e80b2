import type { ProviderDefinitionInput } from '../provider-definition.js';

const API = 'https://open.tiktokapis.com/{version}';

/**
 * TikTok Login Kit with Content Posting. Facts read 2026-11-21:
 * https://developers.tiktok.com/doc/login-kit-web and https://developers.tiktok.com/doc/login-kit-desktop
 * https://developers.tiktok.com/docs/en/oauth-refresh-a-user-access-token
 * https://developers.tiktok.com/docs/zh-Hans/oauth-user-access-token-management
 */
export const tiktok: ProviderDefinitionInput = {
  id: 'tiktok',
  name: 'TikTok',
  apiVersion: 'v2',
  credentials: {
    clientId: 'Client key',
    clientSecret: 'Client secret',
    where: 'TikTok for Developers > Manage apps > your app > Credentials',
    mixUps: [
      { field: 'client_id', pattern: '^\\d{15,}$', hint: 'The App ID is not the Client key.' },
      {
        field: 'client_id',
        pattern: '^sb',
        hint: 'With a sandbox Client key only its target users can connect.',
      },
    ],
  },
  setupHints: [
    'Add Login Kit and the Content Posting API; until TikTok has audited the app, posts are for their author alone.',
    'A page of TikTok about client_key or unauthorized_client means: not approved yet. Use the sandbox.',
    'An app that is registered for Desktop needs app_type "desktop".',
  ],
  redirectUri: {
    refusedHosts: ['localhost', '127.0.0.1'],
    maxLength: 511,
    rule: 'use https on a public host.',
  },
  // The username would need user.info.profile, which most apps lack.
  scopes: {
    requested: ['user.info.basic', 'video.publish', 'video.upload'],
    required: ['user.info.basic'],
    separator: ',',
  },
  options: {
    app_type: {
      kind: 'choice',
      label: 'How the app is registered at TikTok',
      default: 'web',
      values: { web: {}, desktop: { pkce: 'S256-hex' } },
    },
  },
  pkce: 'none',
  clientIdParam: 'client_key',
  authorize: {
    url: 'https://www.tiktok.com/{version}/auth/authorize/',
    askAgainParams: { disable_auto_auth: '1' },
  },
  token: { url: `${API}/oauth/token/`, fields: { accountId: 'open_id' } },
  // Lifetimes changed in November 2026: the reply is the only source.
  refresh: { kind: 'rotating', ahead: 900 },
  identity: {
    request: {
      url: `${API}/user/info/`,
      query: { fields: 'open_id,union_id,avatar_url,display_name' },
      auth: 'bearer',
    },
    id: 'data.user.open_id',
    displayName: 'data.user.display_name',
    avatarUrl: 'data.user.avatar_url',
    otherIds: { union_id: 'data.user.union_id' },
  },
  revoke: { method: 'POST', url: `${API}/oauth/revoke/`, form: { token: '{access_token}' }, auth: 'client' },
  probe: 'client_credentials',
  errors: [
    { error: 'invalid_request', text: '^redirect_?uri', means: 'redirect_uri_mismatch' },
    { on: ['exchange'], error: 'invalid_request', text: 'authorization code', means: 'code_expired_or_used' },
    { error: 'access_token_invalid', means: 'token_dead' },
    { error: 'scope_not_authorized|scope_permission_missed', means: 'missing_scopes' },
  ],
};
