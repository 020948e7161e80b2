import { Injectable, Logger } from '@nestjs/common';
import { Pool } from 'pg';
import { SecretBox } from '../common/crypto/secret-box.js';
import { OpenOAuthApp } from '../oauth-apps/open-oauth-app.service.js';
import { ProviderClient } from '../providers/provider-client.service.js';
import type { StoredTokens } from '../providers/refresh-tokens.js';
import { Account } from './account.entity.js';
import { dropUnused } from './connect-account.js';
import { lockAuthorization, lockConsents } from './consent-lock.js';
import { LockConnections } from './lock-connections.js';
import { noSuchAccount } from './no-such-account.js';
import { ProviderConsent } from './provider-consent.entity.js';
import { describeFailure } from './provider-failure.js';
import { Renewals } from './renewals.service.js';
import { consentPlace } from './token-places.js';

/** At a provider an authorization is one, in however many workspaces it is used. */
const SHARED = `
SELECT FROM accounts a JOIN provider_consents c ON c.id = a.consent_id
WHERE c.provider = $1 AND c.person_id = $2 AND c.client_id = $3 LIMIT 1`;

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
    private readonly box: SecretBox,
    private readonly client: ProviderClient,
    private readonly apps: OpenOAuthApp,
    private readonly renewals: Renewals,
  ) {}

  /**
   * Erases the account's tokens, and ends the authorization at the provider with the last account that shares it. What
   * the provider answers to that changes nothing here. No lock or connection is held while it is asked.
   *
   * @returns when the provider has answered, or has let 10 s go by; 25 s more where an expired token is renewed first
   * @throws AppError not_found, also where it is disconnected already
   */
  async run(accountId: string, workspaceId: string): Promise<void> {
    await this.revive(accountId, workspaceId);
    const consent = await this.erase(accountId, workspaceId);
    try {
      if (!(await this.isShared(consent))) await this.revoke(consent);
    } catch (error) {
      const { id, provider } = consent;
      this.logger.warn(
        { consentId: id, provider, said: describeFailure(error) },
        'A provider did not revoke.',
      );
    }
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
      return consent;
    });
  }

  /**
   * Waits for who is connecting with the same authorization, and counts them. Who comes later, while the provider is
   * asked, may lose what was just connected, and is told to reconnect: that is rarer than a provider that hangs.
   */
  private isShared(consent: ProviderConsent): Promise<boolean> {
    const { provider, personId, clientId, workspaceId } = consent;
    return this.locks.transaction(async (manager) => {
      await lockAuthorization(manager, consent, workspaceId);
      const shared = await manager.query<unknown[]>(SHARED, [provider, personId, clientId]);
      return shared.length > 0;
    });
  }

  private async revoke(consent: ProviderConsent): Promise<void> {
    const { workspaceId, provider, oauthAppId, personId } = consent;
    const app = await this.apps.open(oauthAppId, workspaceId);
    await this.client.revoke(provider, app, { ...this.open(consent), accountId: personId });
  }

  private open(consent: ProviderConsent): StoredTokens {
    const { accessTokenSealed, refreshTokenSealed } = consent;
    return {
      accessToken: this.box.open(accessTokenSealed, consentPlace(consent, 'access_token_sealed')),
      ...(refreshTokenSealed !== null && {
        refreshToken: this.box.open(refreshTokenSealed, consentPlace(consent, 'refresh_token_sealed')),
      }),
    };
  }
}
