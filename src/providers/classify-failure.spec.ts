import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_DEFINITIONS } from './built-in-definitions.js';
import { classifyFailure } from './classify-failure.js';
import type { Stage } from './error-row.js';
import { loadDefinitions } from './load-definitions.js';
import type { ProviderErrorCode } from './provider-error-codes.js';
import { readFailure, readRefusal } from './read-failure.js';

const definitions = new Map(
  loadDefinitions(BUILT_IN_DEFINITIONS, undefined, new Map()).map((definition) => [
    definition.id,
    definition,
  ]),
);

/** Replies as providers send them: stage, status, body, and what each means. */
const REPLIES: readonly [
  provider: string,
  stage: Stage,
  status: number,
  body: unknown,
  code: ProviderErrorCode,
][] = [
  [
    'instagram',
    'exchange',
    400,
    {
      error_type: 'OAuthException',
      code: 400,
      error_message: 'Matching code was not found or was already used',
    },
    'code_expired_or_used',
  ],
  [
    'instagram',
    'exchange',
    400,
    { error_type: 'OAuthException', code: 400, error_message: 'Invalid platform app' },
    'bad_client_credentials',
  ],
  [
    'instagram',
    'exchange',
    400,
    { error_type: 'OAuthException', code: 400, error_message: 'Invalid Client Secret' },
    'bad_client_credentials',
  ],
  [
    'instagram',
    'exchange',
    400,
    { error_type: 'OAuthException', code: 400, error_message: 'Invalid redirect_uri' },
    'redirect_uri_mismatch',
  ],
  ...[458, 459, 460, 463, 464, 467]
    .map(
      (error_subcode) =>
        [
          'facebook',
          'refresh',
          400,
          {
            error: {
              message: 'Error validating access token',
              type: 'OAuthException',
              code: 190,
              error_subcode,
            },
          },
          'token_dead',
        ] as const,
    )
    .map((row) => [...row] as [string, Stage, number, unknown, ProviderErrorCode]),
  ...[1, 2, 4, 17, 32, 341, 613].map((code): [string, Stage, number, unknown, ProviderErrorCode] => [
    'facebook',
    'api',
    400,
    { error: { message: 'later', type: 'OAuthException', code } },
    'provider_unavailable',
  ]),
  [
    'facebook',
    'api',
    403,
    { error: { message: '(#10) no', type: 'OAuthException', code: 10 } },
    'missing_scopes',
  ],
  [
    'facebook',
    'api',
    403,
    { error: { message: '(#200) no', type: 'OAuthException', code: 200 } },
    'missing_scopes',
  ],
  [
    'facebook',
    'exchange',
    400,
    { error: { message: 'Error validating client secret.', type: 'OAuthException', code: 1 } },
    'bad_client_credentials',
  ],
  [
    'facebook',
    'exchange',
    400,
    { error: { message: 'Error validating application.', type: 'OAuthException', code: 101 } },
    'bad_client_credentials',
  ],
  [
    'facebook',
    'exchange',
    400,
    { error: { message: 'This authorization code has been used.', code: 100, error_subcode: 36009 } },
    'code_expired_or_used',
  ],
  [
    'facebook',
    'exchange',
    400,
    { error: { message: 'Missing redirect_uri parameter.', code: 191 } },
    'redirect_uri_mismatch',
  ],
  [
    'x',
    'refresh',
    400,
    { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' },
    'token_dead',
  ],
  [
    'x',
    'exchange',
    400,
    { error: 'invalid_request', error_description: 'Value passed for the authorization code was invalid.' },
    'code_expired_or_used',
  ],
  [
    'x',
    'refresh',
    401,
    { error: 'unauthorized_client', error_description: 'Missing valid authorization header' },
    'bad_client_credentials',
  ],
  ['x', 'api', 403, { title: 'Forbidden', status: 403, detail: 'Forbidden' }, 'missing_scopes'],
  [
    'x',
    'refresh',
    400,
    { error: 'invalid_request', error_description: 'Something new' },
    'provider_unavailable',
  ],
  [
    'linkedin',
    'refresh',
    400,
    {
      error: 'invalid_request',
      error_description: 'The provided authorization grant or refresh token is invalid, expired or revoked.',
    },
    'token_dead',
  ],
  [
    'linkedin',
    'exchange',
    400,
    { error: 'invalid_redirect_uri', error_description: 'Unable to retrieve access token' },
    'redirect_uri_mismatch',
  ],
  [
    'linkedin',
    'api',
    401,
    { status: 401, serviceErrorCode: 65601, message: 'The token has been revoked' },
    'token_dead',
  ],
  [
    'tiktok',
    'exchange',
    200,
    {
      error: 'invalid_request',
      error_description: 'Redirect_uri is not matched with the uri when requesting code.',
    },
    'redirect_uri_mismatch',
  ],
  [
    'tiktok',
    'exchange',
    200,
    { error: 'invalid_grant', error_description: 'Authorization code is expired.' },
    'code_expired_or_used',
  ],
  [
    'tiktok',
    'refresh',
    200,
    { error: 'invalid_grant', error_description: 'Refresh token is invalid or expired.' },
    'token_dead',
  ],
  [
    'tiktok',
    'refresh',
    200,
    { error: 'server_error', error_description: 'Service is down' },
    'provider_unavailable',
  ],
  [
    'tiktok',
    'api',
    401,
    { data: {}, error: { code: 'access_token_invalid', message: 'no', log_id: '1' } },
    'token_dead',
  ],
  [
    'tiktok',
    'api',
    401,
    { data: {}, error: { code: 'scope_not_authorized', message: 'no', log_id: '1' } },
    'missing_scopes',
  ],
  [
    'tiktok',
    'api',
    429,
    { data: {}, error: { code: 'rate_limit_exceeded', message: 'no', log_id: '1' } },
    'provider_unavailable',
  ],
  // Transient first, whatever the words.
  ['x', 'refresh', 503, { error: 'invalid_grant' }, 'provider_unavailable'],
  [
    'facebook',
    'refresh',
    500,
    { error: { message: 'Error validating access token', code: 190 } },
    'provider_unavailable',
  ],
  ['linkedin', 'refresh', 429, undefined, 'provider_unavailable'],
  ['linkedin', 'refresh', 418, '', 'provider_unavailable'],
];

/** Refusals that come through the browser. */
const REFUSALS: readonly [provider: string, query: Record<string, string>, code: ProviderErrorCode][] = [
  [
    'instagram',
    {
      error: 'access_denied',
      error_reason: 'user_denied',
      error_description: 'The user denied your request',
    },
    'user_denied',
  ],
  [
    'facebook',
    {
      error: 'access_denied',
      error_reason: 'user_denied',
      error_code: '200',
      error_description: 'Permissions error',
    },
    'user_denied',
  ],
  [
    'facebook',
    { error: 'access_denied', error_code: '200', error_description: 'Permissions error' },
    'app_in_development',
  ],
  [
    'facebook',
    { error_code: '191', error_message: 'The redirect_uri URL must be absolute' },
    'redirect_uri_mismatch',
  ],
  ['x', { error: 'access_denied' }, 'user_denied'],
  ['linkedin', { error: 'user_cancelled_login' }, 'user_denied'],
  ['linkedin', { error: 'user_cancelled_authorize' }, 'user_denied'],
  [
    'linkedin',
    { error: 'unauthorized_scope_error', error_description: 'Scope is not authorized' },
    'scope_not_allowed',
  ],
  ['tiktok', { error: 'access_denied', error_description: 'no' }, 'user_denied'],
  ['tiktok', { error: 'invalid_scope', error_description: 'no' }, 'scope_not_allowed'],
  ['tiktok', { error: 'unauthorized_client', error_description: 'client_key' }, 'bad_client_credentials'],
  ['tiktok', { error: 'temporarily_unavailable' }, 'provider_unavailable'],
  ['x', { error: 'never_heard_of' }, 'provider_unavailable'],
];

describe('what a refusal means', () => {
  it.each(REPLIES)('%s at %s: %i %j is %s', (provider, stage, status, body, code) => {
    const failure = readFailure(status, body);
    expect(failure && classifyFailure(definitions.get(provider)!, stage, failure).code).toBe(code);
  });

  it.each(REFUSALS)('%s callback %j is %s', (provider, query, code) => {
    expect(classifyFailure(definitions.get(provider)!, 'callback', readRefusal(query)).code).toBe(code);
  });

  it.each([
    [{ access_token: 'a' }],
    [{ data: { user: {} }, error: { code: 'ok', message: '' } }],
    [true],
    [undefined],
    [[]],
  ])('200 %j is no refusal', (body) => expect(readFailure(200, body)).toBeUndefined());

  it('keeps the words and the number of the provider, and none of our secrets', () => {
    const body = { error: { message: 'Bad code sekret-1 <b>', code: 190, fbtrace_id: 'AbC' } };
    const error = classifyFailure(definitions.get('facebook')!, 'refresh', readFailure(400, body)!, {
      secrets: ['sekret-1'],
      retryAfter: 5,
    });
    expect(error).toMatchObject({
      detail: 'Bad code [removed] <b>',
      reference: 'AbC',
      retryAfter: 5,
      status: 400,
    });
    expect(error.message).toBe('Facebook ended this connection. Connect the account again.');
  });
});
