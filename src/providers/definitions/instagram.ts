import type { ProviderDefinitionInput } from '../provider-definition.js';
import { META_ERRORS } from './meta-errors.js';

const GRAPH = 'https://graph.instagram.com';

/**
 * Instagram API with Instagram Login. Facts read 2026-11-21:
 * https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/business-login
 * https://developers.facebook.com/documentation/instagram-platform/reference/access_token
 * https://developers.facebook.com/documentation/instagram-platform/reference/refresh_access_token
 * https://developers.facebook.com/docs/instagram-platform/reference/me
 */
export const instagram: ProviderDefinitionInput = {
  id: 'instagram',
  name: 'Instagram',
  // Lives to 2028-07-29: https://developers.facebook.com/docs/graph-api/changelog/versions/
  apiVersion: 'v25.0',
  credentials: {
    clientId: 'Instagram App ID',
    clientSecret: 'Instagram App Secret',
    where: 'Meta App Dashboard > Instagram > API setup with Instagram login > Business login settings',
    mixUps: [
      { field: 'client_id', pattern: '\\D', hint: 'An Instagram App ID is a number.' },
      {
        field: 'client_secret',
        pattern: '^(?![0-9a-f]{32}$)',
        hint: 'An App Secret is 32 digits of 0-9 a-f.',
      },
    ],
  },
  setupHints: [
    'Use the Instagram App ID and Secret. The Meta App ID and Secret at the top of the dashboard do not work here.',
    'Only professional accounts (business or creator) can be connected.',
    'After saving the redirect URI, check that the dashboard did not add a slash to it.',
  ],
  redirectUri: { refusedHosts: ['localhost', '127.0.0.1'], rule: 'it must be https on a public host.' },
  scopes: {
    requested: ['instagram_business_basic', 'instagram_business_content_publish'],
    required: ['instagram_business_basic'],
    separator: ',',
  },
  pkce: 'none',
  authorize: {
    url: 'https://www.instagram.com/oauth/authorize',
    params: { enable_fb_login: '0' },
    askAgainParams: { force_authentication: '1' },
  },
  // Documented as {"data":[{…}]}; the flat form is seen as well.
  token: {
    url: 'https://api.instagram.com/oauth/access_token',
    fields: { envelope: 'data.0', scope: 'permissions', accountId: 'user_id' },
  },
  secondExchange: {
    url: `${GRAPH}/access_token`,
    query: { grant_type: 'ig_exchange_token', client_secret: '{client_secret}' },
    auth: 'query',
  },
  // 60 days; prolonged from day 50, and never within the first 24 hours.
  refresh: {
    kind: 'extend',
    request: {
      url: `${GRAPH}/refresh_access_token`,
      query: { grant_type: 'ig_refresh_token' },
      auth: 'query',
    },
    minAge: 86_400,
    ahead: 10 * 86_400,
  },
  identity: {
    request: {
      url: `${GRAPH}/{version}/me`,
      query: { fields: 'user_id,username,name,profile_picture_url,account_type' },
      auth: 'query',
    },
    id: 'user_id',
    username: 'username',
    displayName: 'name',
    avatarUrl: 'profile_picture_url',
    // Meta's signed requests name the person by this one.
    otherIds: { app_scoped_id: 'id' },
    ineligible: {
      field: 'account_type',
      pattern: 'PERSONAL',
      reason: 'It is a personal account: switch it to a professional one in the Instagram app first.',
    },
  },
  probe: 'authorization_code',
  errors: [
    {
      text: 'invalid platform app',
      means: 'bad_client_credentials',
      hint: 'The Meta App ID does not work here.',
    },
    ...META_ERRORS,
  ],
};
