import type { ProviderDefinitionInput } from '../provider-definition.js';
import { META_ERRORS } from './meta-errors.js';

const GRAPH = 'https://graph.facebook.com/{version}';

/** Makes a person's living token last some 60 days; its second form in the story is the refresh. */
const EXCHANGE_FOR_LONG = {
  method: 'POST',
  url: `${GRAPH}/oauth/access_token`,
  form: { grant_type: 'fb_exchange_token', fb_exchange_token: '{access_token}' },
  auth: 'client',
} as const;

/**
 * Facebook Login for Pages. Facts read 2026-11-21:
 * https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
 * https://developers.facebook.com/documentation/facebook-login/guides/access-tokens/get-long-lived
 * https://developers.facebook.com/documentation/pages-api/getting-started.md
 * https://developers.facebook.com/docs/graph-api/reference/user/permissions/
 */
export const facebook: ProviderDefinitionInput = {
  id: 'facebook',
  name: 'Facebook',
  // Lives to 2028-07-29: https://developers.facebook.com/docs/graph-api/changelog/versions/
  apiVersion: 'v25.0',
  credentials: {
    clientId: 'App ID',
    clientSecret: 'App Secret',
    where: 'Meta App Dashboard > App settings > Basic',
    mixUps: [
      { field: 'client_id', pattern: '\\D', hint: 'An App ID is a number.' },
      {
        field: 'client_secret',
        pattern: '^(?![0-9a-f]{32}$)',
        hint: 'An App Secret is 32 digits of 0-9 a-f.',
      },
    ],
  },
  setupHints: [
    'Add the redirect URI under Facebook Login > Settings > Valid OAuth Redirect URIs, strict mode on.',
    'While the app is in Development mode only people with a role in it can connect.',
  ],
  redirectUri: { refusedHosts: ['localhost', '127.0.0.1'], rule: 'it must be https on a public host.' },
  scopes: {
    requested: ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts'],
    required: ['pages_show_list'],
    separator: ',',
  },
  options: {
    // Without it Pages of a business portfolio are missing: https://github.com/getopenpost/openpost/issues/216
    business_management: {
      kind: 'switch',
      label: 'Show Pages that a business portfolio owns',
      default: true,
      scopes: ['business_management'],
    },
    config_id: {
      kind: 'text',
      label: 'Configuration ID of Facebook Login for Business (a number)',
      pattern: '^\\d{5,30}$',
      param: 'config_id',
      replacesScopes: true,
    },
  },
  pkce: 'none',
  appSecretProof: true,
  authorize: {
    url: 'https://www.facebook.com/{version}/dialog/oauth',
    // The dialog does not ask for a declined permission a second time by itself.
    askAgainParams: { auth_type: 'rerequest' },
  },
  token: { url: `${GRAPH}/oauth/access_token` },
  secondExchange: EXCHANGE_FOR_LONG,
  grantedScopes: {
    request: { url: `${GRAPH}/me/permissions`, auth: 'query' },
    list: 'data',
    name: 'permission',
    status: 'status',
    granted: 'granted',
  },
  // For the person's token; Page tokens made with it do not expire. `inspect` tells whether those still live.
  refresh: { kind: 'extend', request: EXCHANGE_FOR_LONG, minAge: 86_400, ahead: 10 * 86_400 },
  identity: {
    request: { url: `${GRAPH}/me`, query: { fields: 'id,name,picture' }, auth: 'query' },
    id: 'id',
    displayName: 'name',
    avatarUrl: 'picture.data.url',
  },
  choices: {
    hook: 'facebook-pages',
    baseUrl: GRAPH,
    nothingShown:
      'No Page was shared. Connect again and tick one; who has none creates one on Facebook first.',
  },
  inspect: {
    request: {
      url: `${GRAPH}/debug_token`,
      query: { input_token: '{access_token}', access_token: '{client_id}|{client_secret}' },
    },
    alive: 'data.is_valid',
    expiresAt: 'data.expires_at',
    dataAccessExpiresAt: 'data.data_access_expires_at',
    clientId: 'data.app_id',
  },
  // Removes the app for the whole person, all their Pages included.
  revoke: { method: 'DELETE', url: `${GRAPH}/{account_id}/permissions`, auth: 'query' },
  probe: 'client_credentials',
  errors: [
    {
      on: ['callback'],
      error: 'user_denied',
      means: 'user_denied',
      hint: 'Whoever did approve: the Meta app may be in Development mode and lack this person in its roles.',
    },
    { on: ['callback'], error: 'access_denied', code: '200', means: 'app_in_development' },
    { on: ['api'], code: '100', text: 'nonexisting field', means: 'missing_scopes' },
    ...META_ERRORS,
  ],
};
