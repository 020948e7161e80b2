import type { FastifyRequest } from 'fastify';
import type { RequestWithPrincipal } from '../common/access/access.decorator.js';
import { TOKEN_PREFIXES } from '../common/crypto/token.js';
import { AppError } from '../common/errors/app-error.js';
import { refuseSecondAuthorization } from '../common/http/basic-credentials.js';
import { FormBody } from '../common/http/form-body.js';
import type { ParsedQuery } from '../common/http/query-parameters.js';

/**
 * What a request presents, by its looks alone. The first three are named like the access rule that takes them;
 * `misplaced` is a token outside the header, `unsupported` a scheme that no route takes.
 */
export type Credentials =
  | { readonly kind: 'dashboard' | 'bearer'; readonly token: string }
  | { readonly kind: 'resource-server'; readonly encoded: string }
  | { readonly kind: 'none' | 'misplaced' | 'unsupported' };

/** A request on its way through the access guard. */
export type GuardedRequest = FastifyRequest & RequestWithPrincipal & { credentials?: Credentials };

/** RFC 9110 §11.4: a scheme (a token), spaces, and what belongs to it. */
const CREDENTIALS = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) +(.+)$/;
/** RFC 6750 §2.1: b64token. */
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads what a request presents. Whether it is worth anything, the guard of its kind finds out.
 *
 * @throws AppError invalid_request where the header is malformed or repeated, or a token comes in more than one
 *   place or more than once (RFC 6750 §3.1)
 */
export function readCredentials(request: FastifyRequest): Credentials {
  refuseSecondAuthorization(request);
  const header = request.headers.authorization;
  const misplaced = countMisplacedTokens(request);
  if (misplaced > (header === undefined ? 1 : 0)) {
    throw new AppError('invalid_request', 'Send the token once, in the Authorization header alone.');
  }
  if (header === undefined) return { kind: misplaced ? 'misplaced' : 'none' };
  const [, scheme, value] = CREDENTIALS.exec(header) ?? [];
  if (scheme === undefined || value === undefined) throw malformed();
  switch (scheme.toLowerCase()) {
    case 'bearer':
      if (!BEARER_TOKEN.test(value)) throw malformed();
      return { kind: value.startsWith(TOKEN_PREFIXES.accessToken) ? 'bearer' : 'dashboard', token: value };
    case 'basic':
      if (!BASE64.test(value)) throw malformed();
      return { kind: 'resource-server', encoded: value };
    default:
      return { kind: 'unsupported' };
  }
}

/** The bearer token of a request that the access guard has looked at; null where it presents none. */
export function bearerTokenOf({ credentials }: { credentials?: Credentials }): string | null {
  return credentials && 'token' in credentials ? credentials.token : null;
}

/** Tokens in the query or in a form body (RFC 6750 §2.2 and §2.3), neither of which this server takes. */
function countMisplacedTokens({ query, body }: FastifyRequest): number {
  const inQuery = (query as ParsedQuery).access_token ?? [];
  const inForm = body instanceof FormBody ? body.parameters.get('access_token') : undefined;
  return [inQuery].flat().length + (inForm?.length ?? 0);
}

function malformed(): AppError {
  return new AppError('invalid_request', 'The Authorization header is malformed.');
}
