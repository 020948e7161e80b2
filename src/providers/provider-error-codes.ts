/** What a provider's refusal means to us; these codes reach the browser as `error=<code>`. */
export const PROVIDER_ERROR_CODES = [
  'user_denied',
  'app_in_development',
  'scope_not_allowed',
  'redirect_uri_mismatch',
  'bad_client_credentials',
  'code_expired_or_used',
  'token_dead',
  'provider_unavailable',
  'missing_scopes',
  'no_eligible_account',
] as const;

/** One of {@link PROVIDER_ERROR_CODES}. */
export type ProviderErrorCode = (typeof PROVIDER_ERROR_CODES)[number];

/** The human text of every code, in one place. `{name}` is the provider's. Each says what to do next. */
export const PROVIDER_ERROR_SENTENCES: Readonly<Record<ProviderErrorCode, string>> = {
  user_denied: 'Access was not given at {name}. Connect again and approve, if that was not intended.',
  app_in_development:
    '{name} refused before asking. The app is probably still in Development mode: add this person to its roles, or switch it to Live.',
  scope_not_allowed:
    '{name} does not let this app ask for one of its scopes. Add the missing product or permission to the app there, then connect again.',
  redirect_uri_mismatch:
    '{name} does not know our redirect URI for this app. Register redirect_uri there, character by character, then connect again.',
  bad_client_credentials:
    '{name} does not accept the client id and secret of this OAuth app. Copy both from {name} again and save them.',
  code_expired_or_used: '{name} says that this sign-in is too old or was used before. Connect again.',
  token_dead: '{name} ended this connection. Connect the account again.',
  provider_unavailable: '{name} gave no usable answer. Try again in a few minutes.',
  missing_scopes:
    'Permissions are missing that nothing works without at {name}. Connect again and leave them ticked.',
  no_eligible_account: '{name} showed no account that can be connected.',
};
