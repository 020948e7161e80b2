import type { ErrorRow } from '../error-row.js';

/**
 * Error codes that both Meta platforms share: https://developers.facebook.com/docs/graph-api/guides/error-handling,
 * read 2026-11-21. Every subcode of 190 (app removed, checkpoint, password changed, expired, unconfirmed, invalid)
 * needs the person.
 */
export const META_ERRORS: readonly ErrorRow[] = [
  { code: '102|190', means: 'token_dead' },
  {
    text: 'invalid platform app|invalid client|validating (client secret|application)',
    means: 'bad_client_credentials',
  },
  { code: '101', means: 'bad_client_credentials' },
  {
    on: ['exchange'],
    text: 'authorization code|verification code was|matching code',
    means: 'code_expired_or_used',
  },
  { code: '191', means: 'redirect_uri_mismatch' },
  { on: ['exchange', 'callback'], text: 'redirect.?uri', means: 'redirect_uri_mismatch' },
  { code: '1|2|4|17|32|341|613', means: 'provider_unavailable' },
  { on: ['exchange', 'refresh', 'api', 'revoke'], code: '10|2\\d\\d', means: 'missing_scopes' },
];
