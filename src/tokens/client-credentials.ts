import type { FastifyRequest } from 'fastify';
import { hashToken } from '../common/crypto/token.js';
import { AppError } from '../common/errors/app-error.js';
import type { OAuthParameters } from '../common/http/oauth-parameters.js';
import { readBasic } from '../common/http/basic-credentials.js';

/** How a client introduced itself; whether it is true, the statement that uses it decides. */
export interface ClientCredentials {
  readonly clientId: string;
  /** SHA-256 of the secret; null where none was sent, as public clients do. */
  readonly secretHash: Buffer | null;
  /** Whether HTTP Basic was used: a failure then carries a Basic challenge (RFC 6749 §5.2). */
  readonly basic: boolean;
}

/**
 * Reads the client authentication of a token, revocation or introspection request (RFC 6749 §2.3.1).
 *
 * @throws AppError invalid_request where two methods are used at once, invalid_client where there is none
 */
export function readClientCredentials(
  request: FastifyRequest,
  parameters: OAuthParameters,
): ClientCredentials {
  const clientId = parameters.one('client_id');
  const secret = parameters.one('client_secret');
  const basic = readBasic(request)?.decoded;
  if (basic) {
    if (secret !== undefined || (clientId !== undefined && clientId !== basic.id)) {
      throw new AppError('invalid_request', 'Authenticate the client in one way only.');
    }
    return { clientId: basic.id, secretHash: basic.secret ? hashToken(basic.secret) : null, basic: true };
  }
  // A Basic header that cannot be read is a failed attempt; another scheme is not meant for us.
  const tried = /^basic\b/i.test(request.headers.authorization ?? '');
  if (tried || clientId === undefined) throw invalidClient({ basic: tried });
  return { clientId, secretHash: secret === undefined ? null : hashToken(secret), basic: false };
}

/**
 * The one answer for an unknown client, a wrong secret and a missing one, so that nobody learns which it was.
 * Clients take it as the sign to register again.
 */
export function invalidClient({ basic }: { readonly basic: boolean }): AppError {
  return new AppError('invalid_client', 'The client is not known or did not authenticate. Register again.', {
    headers: basic ? { 'WWW-Authenticate': 'Basic realm="swingdoor", charset="UTF-8"' } : {},
  });
}
