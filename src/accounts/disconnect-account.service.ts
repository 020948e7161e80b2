import { Injectable, Logger } from '@nestjs/common';
import { Pool } from 'pg';
import { Account } from './account.entity.js';
import { dropUnused } from './connect-account.js';
import { lockAuthorization, lockConsents } from './consent-lock.js';
import { EndAuthorization } from './end-authorization.service.js';
import { LockConnections } from './lock-connections.js';
import { noSuchAccount } from './no-such-account.js';
import { planRevocation } from './plan-revocation.js';
import { ProviderConsent } from './provider-consent.entity.js';
import { describeFailure } from './provider-failure.js';
import { Renewals } from './renewals.service.js';

/** Seconds before the job tries what the request itself could not. */
const HEAD_START = 60;

const EXPIRED = `
SELECT c.id, c.oauth_app_id FROM accounts a JOIN provider_consents c ON c.id = a.consent_id
WHERE a.id = $1 AND a.workspace_id = $2
  AND c.expires_at <= clock_timestamp() AND c.refresh_token_sealed IS NOT NULL AND c.reason IS NULL`;

/** Takes an account away from us, and us away from the account. */
@Injectable()
export class DisconnectAccount {
  private readonly logger = new Logger('Accounts');

  constructor(
    private readonly pool: Pool,
    private readonly locks: LockConnections,
    private readonly renewals: Renewals,
    private readonly ending: EndAuthorization,
  ) {}

  /**
   * Erases the account's tokens, and ends the authorization at the provider with the last account that shares it. What
   * the provider answers to that changes nothing here; where it does not answer, or this process dies, a job goes on.
   *
   * @returns when the provider has answered, or has let 10 s go by; 25 s more where an expired token is renewed first
   * @throws AppError not_found, also where it is disconnected already
   */
  async run(accountId: string, workspaceId: string): Promise<void> {
    await this.revive(accountId, workspaceId);
    await this.ending.run(await this.erase(accountId, workspaceId));
  }

  /** Some providers revoke by a living access token alone. */
  private async revive(accountId: string, workspaceId: string): Promise<void> {
    const { rows } = await this.pool.query<{ id: string; oauth_app_id: string }>(EXPIRED, [
      accountId,
      workspaceId,
    ]);
    for (const { id, oauth_app_id: oauthAppId } of rows) {
      await this.renewals.run(id, oauthAppId, { seconds: 0 }).catch((error: unknown) => {
        this.logger.warn({ consentId: id, said: describeFailure(error) }, 'No living token to revoke with.');
      });
    }
  }

  /** @returns the consent as it was, with its tokens */
  private erase(accountId: string, workspaceId: string): Promise<ProviderConsent> {
    return this.locks.transaction(async (manager) => {
      const seen = await manager.findOneBy(Account, { id: accountId, workspaceId });
      const found = seen?.consentId ? await manager.findOneBy(ProviderConsent, { id: seen.consentId }) : null;
      if (!found) throw noSuchAccount();
      await lockAuthorization(manager, found, workspaceId);
      await lockConsents(manager, [found.id]);
      const consent = await manager.findOneBy(ProviderConsent, { id: found.id });
      const { affected } = await manager.update(
        Account,
        { id: accountId, consentId: found.id },
        {
          status: 'disconnected',
          reason: null,
          consentId: null,
          accessTokenSealed: null,
          choicesSealed: null,
          disconnectedAt: () => 'clock_timestamp()',
        },
      );
      if (!consent || !affected) throw noSuchAccount();
      await dropUnused(manager, consent.id);
      await planRevocation(manager, consent, HEAD_START);
      return consent;
    });
  }
}
