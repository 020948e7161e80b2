import type { AccessRule } from '../common/access/access.decorator.js';
import type { AppError } from '../common/errors/app-error.js';
import { describeForOAuth } from '../common/errors/render-error.js';
import type { Credentials } from './credentials.js';

/** RFC 6750 §3.1. A request that presented nothing usable gets no error code. */
const BEARER_ERRORS: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_token',
  'insufficient_scope',
]);

const BASIC_CHALLENGE = 'Basic realm="swingdoor", charset="UTF-8"';

/**
 * The `WWW-Authenticate` value for a refusal (RFC 6750 §3, RFC 7617 §2, RFC 9728 §5.1).
 *
 * One challenge, never a list: a browser that finds `Basic` in an answer to the dashboard would open its own
 * password dialog. So Basic is named only where nothing else is taken, or where it was tried.
 *
 * @param rules the rules of the route
 * @param error why the request is refused
 * @param presented the kind of credentials it came with; undefined where they could not be read
 * @param resourceMetadata where the metadata of the protected resource is; given where the route takes our
 *   access tokens, since those are all that a client can get by it
 */
export function challengeFor(
  rules: readonly AccessRule[],
  error: AppError,
  presented: Credentials['kind'] | undefined,
  resourceMetadata: string,
): string {
  const takes = (kind: AccessRule['kind']) => rules.some((rule) => rule.kind === kind);
  const triedBasic = presented === 'resource-server' && takes('resource-server');
  if (triedBasic || !(takes('bearer') || takes('dashboard'))) return BASIC_CHALLENGE;
  const parameters: string[] = [];
  if (BEARER_ERRORS.has(error.code)) {
    parameters.push(`error="${error.code}"`, `error_description="${describeForOAuth(error.message)}"`);
  }
  const scope = rules.find((rule) => rule.kind === 'bearer' && rule.scope) as { scope: string } | undefined;
  if (scope && error.code !== 'invalid_request') parameters.push(`scope="${scope.scope}"`);
  if (takes('bearer')) parameters.push(`resource_metadata="${resourceMetadata}"`);
  return parameters.length > 0 ? `Bearer ${parameters.join(', ')}` : 'Bearer';
}

/**
 * Where the metadata of the resource at a path is (RFC 9728 §3.1): the well-known part comes before the path.
 * The path is the stranger's, so whatever may not stand in a challenge is percent-encoded (RFC 6750 §3:
 * %x21 / %x23-5B / %x5D-7E).
 *
 * @param publicUrl the origin of this server
 * @param target the request target; an absolute one counts by its path, never by its host
 */
export function resourceMetadataUrl(publicUrl: string, target: string): string {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  const safe = path.replace(/[^\x21\x23-\x5B\x5D-\x7E]/g, percentEncode);
  return `${publicUrl}/.well-known/oauth-protected-resource${safe === '/' ? '' : safe}`;
}

/** Node hands over the bytes of a request target as Latin-1 characters. */
function percentEncode(character: string): string {
  return `%${Buffer.from(character, 'latin1').toString('hex').toUpperCase().padStart(2, '0')}`;
}
