import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { SecretBox } from '../common/crypto/secret-box.js';
import { Account } from './account.entity.js';
import type { ProviderConsent } from './provider-consent.entity.js';
import { accountPlace } from './token-places.js';

/** What an account is at its provider. */
export interface Profile {
  readonly externalId: string;
  readonly username?: string;
  readonly displayName?: string;
  readonly avatarUrl?: string;
  /** Its own token, in clear, where it has one. */
  readonly accessToken?: string;
}

/** `acc_` and 128 random bits. */
export function newAccountId(): string {
  return `acc_${randomBytes(16).toString('base64url')}`;
}

/**
 * Makes an account live on a consent. One that was there keeps its id, whatever it was before; else the pending row
 * becomes it; else it is new. Only under the locks of `consent-lock.ts`.
 *
 * @param consent that it lives on from now
 * @param userId who connects it
 * @param pending the row of a selection; it disappears where another row is the account already
 * @returns the id that the account has
 */
export async function connectAccount(
  manager: EntityManager,
  box: SecretBox,
  consent: Pick<ProviderConsent, 'id' | 'workspaceId' | 'provider' | 'oauthAppId'>,
  { externalId, username, displayName, avatarUrl, accessToken }: Profile,
  { userId, pending }: { userId: string; pending?: Pick<Account, 'id'> },
): Promise<string> {
  const { workspaceId, provider, oauthAppId } = consent;
  const known = await manager.findOneBy(Account, { workspaceId, provider, externalId });
  const id = known?.id ?? pending?.id ?? newAccountId();
  if (pending && pending.id !== id) await manager.delete(Account, { id: pending.id });
  const columns = {
    workspaceId,
    provider,
    oauthAppId,
    userId,
    consentId: consent.id,
    externalId,
    username: username ?? null,
    displayName: displayName ?? null,
    avatarUrl: avatarUrl ?? null,
    status: 'active' as const,
    reason: null,
    accessTokenSealed:
      accessToken === undefined
        ? null
        : box.seal(accessToken, accountPlace({ id, workspaceId }, 'access_token_sealed')),
    choicesSealed: null,
    connectedAt: () => 'clock_timestamp()',
    disconnectedAt: null,
  };
  if (known || pending) await manager.update(Account, { id }, columns);
  else
    await manager
      .createQueryBuilder()
      .insert()
      .into(Account)
      .values({ id, ...columns })
      .execute();
  if (known?.consentId && known.consentId !== consent.id) await dropUnused(manager, known.consentId);
  return id;
}

/** A consent ends with its last account. Its row must be locked. */
export async function dropUnused(manager: EntityManager, consentId: string): Promise<void> {
  await manager.query(
    `DELETE FROM provider_consents c
     WHERE c.id = $1 AND NOT EXISTS (SELECT FROM accounts a WHERE a.consent_id = c.id)`,
    [consentId],
  );
}
