/**
 * Every error code that leaves this server, with the status it usually has and what it means. docs/errors.md
 * is written from this list. Codes of OAuth endpoints are those of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1,
 * RFC 7591 §3.2.2 and RFC 8707 §2.
 */
export const ERROR_CODES = {
  invalid_request: { status: 400, means: 'A parameter is missing, repeated or malformed.' },
  invalid_client: { status: 401, means: 'The client is unknown or did not authenticate. Register again.' },
  invalid_grant: { status: 400, means: 'The code or refresh token is unknown, used, expired or revoked.' },
  unauthorized_client: { status: 400, means: 'The client did not register for this grant type.' },
  unsupported_grant_type: { status: 400, means: 'Only authorization_code and refresh_token are supported.' },
  unsupported_response_type: { status: 400, means: 'Only response_type=code is supported.' },
  invalid_scope: { status: 400, means: 'A scope is unknown, or was not granted.' },
  invalid_target: { status: 400, means: 'The resource is unknown, or was not granted.' },
  access_denied: { status: 403, means: 'The user said no.' },
  interaction_required: { status: 400, means: 'prompt=none cannot be answered: the user must be asked.' },
  request_not_supported: { status: 400, means: 'Request objects are not supported.' },
  request_uri_not_supported: { status: 400, means: 'Request objects by reference are not supported.' },
  invalid_redirect_uri: { status: 400, means: 'A redirect URI may not be used; the message names it.' },
  invalid_client_metadata: { status: 400, means: 'A registration field has a value that is not supported.' },
  invalid_token: {
    status: 401,
    means: 'The access token is unknown, expired, revoked or meant for elsewhere.',
  },
  insufficient_scope: { status: 403, means: 'The access token lacks a scope that this call needs.' },
  unauthorized: { status: 401, means: 'The credentials are missing or of the wrong kind for this call.' },
  invalid_input: { status: 400, means: 'The request is malformed; `errors` names the fields.' },
  unknown_provider: { status: 400, means: 'No such provider is configured.' },
  no_oauth_app: { status: 409, means: 'The workspace has no OAuth app for this provider. Add one first.' },
  in_use: { status: 409, means: 'It still has live accounts. Disconnect them first.' },
  needs_reconnect: { status: 409, means: 'Only the user can help: connect the account again.' },
  bad_client_credentials: {
    status: 409,
    means: "The provider does not accept the OAuth app's credentials. Correct the secret.",
  },
  provider_unavailable: { status: 503, means: 'The provider does not answer. Try again later.' },
  state_invalid: { status: 400, means: 'The sign-in that came back was not started here. Connect again.' },
  state_used: { status: 409, means: 'This sign-in came back before. Look whether the account is connected.' },
  state_expired: { status: 410, means: 'The sign-in took more than 10 minutes. Connect again.' },
  completion_used: { status: 409, means: 'This sign-in was completed before. Look at your accounts.' },
  completion_expired: { status: 410, means: 'The completion came after more than 5 minutes. Connect again.' },
  not_found: { status: 404, means: 'There is nothing here, or it belongs to somebody else.' },
  already_decided: { status: 409, means: 'The request was approved or denied before.' },
  workspace_changed: { status: 409, means: 'The page was opened in another workspace. Open it again.' },
  request_expired: { status: 410, means: 'The request is too old. Start again from the app.' },
  method_not_allowed: { status: 405, means: 'The path exists, the method does not; see `Allow`.' },
  payload_too_large: { status: 413, means: 'The body is larger than this server reads.' },
  unsupported_media_type: { status: 415, means: 'The body is in a format that this endpoint does not read.' },
  too_many_requests: { status: 429, means: 'Slow down; `Retry-After` says for how long.' },
  server_error: {
    status: 500,
    means: 'Something failed inside. The request id helps to find it in the log.',
  },
  temporarily_unavailable: { status: 503, means: 'A dependency is down. Try again after `Retry-After`.' },
  account_mismatch: { status: 409, means: 'Another account came back than the one to be reconnected.' },
  no_eligible_account: {
    status: 409,
    means: 'None of the accounts shown can be connected; see the reasons.',
  },
  selection_pending: { status: 409, means: 'The user has yet to choose the page or organisation.' },
} as const satisfies Record<string, { status: number; means: string }>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CODES;
