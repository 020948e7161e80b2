import { isCodeChallenge } from '../../common/crypto/pkce.js';
import { AppError } from '../../common/errors/app-error.js';
import type { OAuthParameters } from '../../common/http/oauth-parameters.js';

/** Of a state as it travels, percent-encoded: clients and proxies read 16 KB of header at most, and it comes back in one. */
const LONGEST_STATE = 8192;

/**
 * The checks of an authorization request that need only the request itself, in the order in which a client
 * wants to hear of them. Failures are redirected, since the redirect URI is trusted by now.
 *
 * @throws AppError with the code to redirect: RFC 6749 §4.1.2.1, RFC 7636 §4.4.1, OpenID Connect Core §3.1.2.6
 */
export function checkAuthorizationRequest(parameters: OAuthParameters): void {
  parameters.once();
  if (parameters.one('request')) throw new AppError('request_not_supported', 'Send plain parameters.');
  if (parameters.one('request_uri'))
    throw new AppError('request_uri_not_supported', 'Send plain parameters.');
  checkResponseType(parameters.one('response_type'));
  checkPkce(parameters.one('code_challenge'), parameters.one('code_challenge_method'));
  if (parameters.one('state') !== undefined && echoedState(parameters) === undefined) {
    throw new AppError(
      'invalid_request',
      `state is longer than ${LONGEST_STATE} characters, percent-encoded.`,
    );
  }
  if (parameters.one('prompt')?.split(' ').includes('none')) {
    throw new AppError(
      'interaction_required',
      'The user must be asked on the consent page; leave prompt=none out.',
    );
  }
}

/** The state to send back (RFC 6749 §4.1.2); none where it was repeated, or is too long to come back. */
export function echoedState(parameters: OAuthParameters): string | undefined {
  const state = parameters.isRepeated('state') ? undefined : parameters.one('state');
  return state !== undefined && encodeURIComponent(state).length <= LONGEST_STATE ? state : undefined;
}

function checkResponseType(responseType: string | undefined): void {
  if (responseType === undefined) throw new AppError('invalid_request', 'response_type is missing.');
  if (responseType !== 'code') throw new AppError('unsupported_response_type', 'Use response_type=code.');
}

function checkPkce(challenge: string | undefined, method: string | undefined): void {
  if (challenge === undefined) {
    throw new AppError('invalid_request', 'code_challenge is missing: PKCE is required (RFC 7636).');
  }
  if (method !== 'S256') throw new AppError('invalid_request', 'Use code_challenge_method=S256.');
  if (!isCodeChallenge(challenge)) {
    throw new AppError('invalid_request', 'code_challenge must be 43 base64url characters (RFC 7636 §4.2).');
  }
}
