import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { enqueueWithin } from '../jobs/enqueue.js';
import type { ProviderConsent } from './provider-consent.entity.js';

/** The job; see `EndAuthorization`. */
export const REVOKE = 'accounts.revoke';
/** The last try is some 16 hours after the first. docs/storage.md says how long a key must stay for it. */
const TRIES = 12;

/**
 * A consent that nobody keeps any more, as it was, so that it can be ended at its provider. Its tokens stay sealed for
 * the place that they had.
 */
export type EndedConsent = Pick<
  ProviderConsent,
  | 'id'
  | 'workspaceId'
  | 'provider'
  | 'oauthAppId'
  | 'clientId'
  | 'personId'
  | 'accessTokenSealed'
  | 'refreshTokenSealed'
>;

/** The key of the job that ends it: one for each pair of tokens. */
export function revocationKey({ accessTokenSealed }: EndedConsent): string {
  return `${REVOKE}:${createHash('sha256').update(accessTokenSealed).digest('base64url')}`;
}

/**
 * Has an authorization ended at its provider by a job, from the commit of this transaction: whatever becomes of this
 * process, the tokens do not outlive us there.
 *
 * @param delay seconds, in which the caller may have ended it itself
 */
export async function planRevocation(
  manager: EntityManager,
  consent: EndedConsent,
  delay: number,
): Promise<void> {
  const { id, workspaceId, provider, oauthAppId, clientId, personId, accessTokenSealed, refreshTokenSealed } =
    consent;
  const payload = {
    id,
    workspaceId,
    provider,
    oauthAppId,
    clientId,
    personId,
    accessTokenSealed,
    refreshTokenSealed,
  } satisfies EndedConsent;
  await enqueueWithin(manager, REVOKE, { key: revocationKey(consent), payload, delay }, TRIES);
}
